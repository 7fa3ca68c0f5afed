# One translation unit for each instruction-set level; nothing outside these files may use the wider instructions.
# The double build computes with the reference kernels alone.
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64" AND NOT RECURA_DOUBLE)
  set_source_files_properties(src/kernel/simd/level_v4.cpp PROPERTIES COMPILE_OPTIONS "-march=x86-64-v4;-mprefer-vector-width=512")
  set_source_files_properties(src/kernel/simd/level_v3.cpp PROPERTIES COMPILE_OPTIONS "-march=x86-64-v3")
endif()
