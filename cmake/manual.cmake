# The manual pages and the completions, which the programs write from their own tables of options.
set(NMFSEP_ZSH_COMPLETIONS ${CMAKE_INSTALL_DATADIR}/zsh/site-functions CACHE STRING
  "Folder of zsh's completions below the prefix; Debian's packages use share/zsh/vendor-completions")

# install_manual(PROGRAM COMPONENT COMMAND…): the pages of a program and of its commands, which target
# PROGRAM_program makes, and its completions.
function(install_manual program component)
  string(REPLACE - _ name ${program})
  set(folder ${PROJECT_BINARY_DIR}/manual)
  file(MAKE_DIRECTORY ${folder})

  # write_manual(FILE FORM [COMMAND]): `PROGRAM manual FORM [COMMAND]` becomes FILE.
  set(files "")
  macro(write_manual file)
    add_custom_command(OUTPUT ${folder}/${file}
      COMMAND ${name}_program manual ${ARGN} > ${folder}/${file}
      DEPENDS ${name}_program VERBATIM)
    list(APPEND files ${folder}/${file})
  endmacro()

  write_manual(${program}.1 man)
  foreach(command ${ARGN})
    write_manual(${program}-${command}.1 man ${command})
  endforeach()
  install(FILES ${files} DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT ${component})
  write_manual(${program}.bash bash)
  write_manual(_${program} zsh)
  write_manual(${program}.fish fish)
  add_custom_target(${name}_manual ALL DEPENDS ${files})
  install(FILES ${folder}/${program}.bash RENAME ${program} COMPONENT ${component}
          DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
  install(FILES ${folder}/_${program} DESTINATION ${NMFSEP_ZSH_COMPLETIONS} COMPONENT ${component})
  install(FILES ${folder}/${program}.fish COMPONENT ${component}
          DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
endfunction()

install_manual(nmfsep program train train-set train-universal train-onsets tune separate evaluate bundle
  onsets manifest info plot report paint manual)
if(NMFSEP_MPI AND NOT NMFSEP_SANITIZE) # MPI leaves what it holds to the system
  install_manual(nmfsep-mpi mpi train manual)
endif()
