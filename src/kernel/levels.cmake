# One translation unit for each instruction-set level; nothing outside these files may use the wider instructions. They
# are optimised in every build type: without registers for their sums they would be slower than plain loops.
# The double build computes with the reference kernels alone.
if(RECURA_DOUBLE)
  file(GLOB float_files ${PROJECT_SOURCE_DIR}/src/kernel/simd/*.cpp)
  list(REMOVE_ITEM float_files ${PROJECT_SOURCE_DIR}/src/kernel/simd/level.cpp)
  set_source_files_properties(${float_files} PROPERTIES HEADER_FILE_ONLY ON)
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  set_source_files_properties(src/kernel/simd/level_baseline.cpp PROPERTIES COMPILE_OPTIONS "-O3")
  set_source_files_properties(src/kernel/simd/level_v3.cpp PROPERTIES COMPILE_OPTIONS "-O3;-march=x86-64-v3")
  # GCC 12 warns of its own intrinsics for minimum and square root.
  set(v4_options "-O3;-march=x86-64-v4;-mprefer-vector-width=512;-Wno-maybe-uninitialized")
  set_source_files_properties(src/kernel/simd/level_v4.cpp PROPERTIES COMPILE_OPTIONS "${v4_options}")
  set_source_files_properties(src/kernel/simd/level_v4_bf16.cpp PROPERTIES COMPILE_OPTIONS
                              "${v4_options};-mavx512bf16;-mavx512vnni")
endif()
