# The files of a folder, a dozen at a time, are compiled as one, since most of the time goes to headers and templates: what has no name outside its
# file needs another one than its neighbours have. Files with options of their own stay alone.
#   recura_unity(TARGET source...)
function(recura_unity target)
  set_target_properties(${target} PROPERTIES UNITY_BUILD_MODE GROUP)
  foreach(source IN LISTS ARGN)
    cmake_path(GET source PARENT_PATH folder)
    string(MAKE_C_IDENTIFIER "${folder}" folder)
    math(EXPR count_${folder} "${count_${folder}} + 1")
    math(EXPR dozen "${count_${folder}} / 12")
    set_source_files_properties(${source} PROPERTIES UNITY_GROUP ${folder}_${dozen})
  endforeach()
endfunction()

# A floor is one folder of src/: an object library that sees only the floors it stands on.
#   recura_floor(NAME [ON floor...] [LIBRARIES target...])
function(recura_floor name)
  cmake_parse_arguments(FLOOR "" "" "ON;LIBRARIES" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${name}/*.cpp)
  add_library(recura_${name} OBJECT ${sources})
  recura_unity(recura_${name} ${sources})
  # <recura/…> is what users see; <recura/error.h> lies on the lowest floor, since every floor throws.
  target_include_directories(recura_${name} PUBLIC ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR}/src/base
                             $<$<STREQUAL:${name},api>:${PROJECT_SOURCE_DIR}/src/api>)
  # Contraction would let a compiler fuse a*b+c on one level and not on another: results must not depend on that.
  target_compile_options(recura_${name} PUBLIC -ffp-contract=off PRIVATE -Wall -Wextra -Wpedantic -Wshadow
                         $<$<BOOL:${RECURA_WERROR}>:-Werror>)
  target_compile_definitions(recura_${name} PUBLIC $<$<BOOL:${RECURA_DOUBLE}>:RECURA_DOUBLE>)
  list(TRANSFORM FLOOR_ON PREPEND recura_)
  target_link_libraries(recura_${name} PUBLIC ${FLOOR_ON} ${FLOOR_LIBRARIES})
endfunction()

# One library from all floors, with nothing but <recura/…> to be seen from outside.
#   recura_library(NAME FLOORS floor...)
function(recura_library name)
  cmake_parse_arguments(LIBRARY "" "" "FLOORS" ${ARGN})
  set(objects)
  foreach(floor IN LISTS LIBRARY_FLOORS)
    list(APPEND objects $<TARGET_OBJECTS:recura_${floor}>)
  endforeach()
  add_library(${name} STATIC ${objects})
  add_library(recura::${name} ALIAS ${name})
  target_compile_features(${name} PUBLIC cxx_std_20)
  target_include_directories(${name} PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/src/api>
                             $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/src/base>
                             $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_link_libraries(${name} PRIVATE fmt::fmt Threads::Threads ICU::uc ICU::i18n simdjson::simdjson
                        ZLIB::ZLIB SentencePiece::train)
endfunction()
