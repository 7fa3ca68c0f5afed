# One translation unit for each instruction-set level; nothing outside these files may use the wider instructions. They
# are optimised in every build type: without registers for their sums they would be slower than plain loops.
# The double build computes with the reference kernels alone.
file(GLOB not_built ${PROJECT_SOURCE_DIR}/src/kernel/simd/*.cpp)
list(REMOVE_ITEM not_built ${PROJECT_SOURCE_DIR}/src/kernel/simd/level.cpp)
if(NOT RECURA_DOUBLE)
  list(FILTER not_built INCLUDE REGEX "/level_[^/]*$")
endif()

# Checks of undefined behaviour in unrolled tiles take the compiler minutes for each file, and keep sums out of registers;
# those of addresses do neither. The loops on numbers that the tiles are compared with have both.
set(level_optimisation -O3)
if(CMAKE_CXX_FLAGS MATCHES "-fsanitize")
  list(APPEND level_optimisation -fno-sanitize=undefined)
endif()

# recura_level(NAME option...): builds level_NAME.cpp with these options.
macro(recura_level name)
  list(REMOVE_ITEM not_built ${PROJECT_SOURCE_DIR}/src/kernel/simd/level_${name}.cpp)
  set_source_files_properties(src/kernel/simd/level_${name}.cpp PROPERTIES COMPILE_OPTIONS "${level_optimisation};${ARGN}")
endmacro()

if(NOT RECURA_DOUBLE)
  recura_level(baseline)
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
    recura_level(v3 -march=x86-64-v3)
    # GCC 12 warns of its own intrinsics for minimum and square root.
    set(v4_options -march=x86-64-v4 -mprefer-vector-width=512 -Wno-uninitialized -Wno-maybe-uninitialized)
    recura_level(v4 ${v4_options})
    recura_level(v4_bf16 ${v4_options} -mavx512bf16 -mavx512vnni)
    recura_level(v4_amx ${v4_options} -mamx-tile -mamx-bf16 -mamx-int8)
  elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "aarch64|arm64")
    recura_level(neon)
  endif()
endif()
set_source_files_properties(${not_built} PROPERTIES HEADER_FILE_ONLY ON)
