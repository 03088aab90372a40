# `cpack` in the build folder makes a Debian package of the program and its manual.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME nmfsep)
set(CPACK_PACKAGE_CONTACT "The nmfsep authors <nmfsep@localhost>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_COMPONENTS_ALL program)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME nmfsep)
set(CPACK_DEBIAN_PROGRAM_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION sound)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_COMPONENT_PROGRAM_DESCRIPTION
"Learns a model of each source from seconds of it, separates mixtures with the
 models, and scores the stems.")
set(CPACK_STRIP_FILES ON)
include(CPack)
