# `find_package(recura)` for others: the library, <recura/…> and the program.
include(CMakePackageConfigHelpers)

set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/recura)
install(TARGETS recura EXPORT recuraTargets)
install(DIRECTORY src/api/recura src/base/recura DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h")
install(FILES LICENSE README.md README.zh.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(EXPORT recuraTargets NAMESPACE recura:: DESTINATION ${package_folder})
configure_package_config_file(cmake/recuraConfig.cmake.in ${PROJECT_BINARY_DIR}/recuraConfig.cmake
                              INSTALL_DESTINATION ${package_folder})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/recuraConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/recuraConfig.cmake ${PROJECT_BINARY_DIR}/recuraConfigVersion.cmake
        cmake/FindSentencePiece.cmake DESTINATION ${package_folder})
