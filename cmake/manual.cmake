# The manual pages and the completions, which the program writes from its own table of options.
set(manual_dir ${PROJECT_BINARY_DIR}/manual)
set(NMFSEP_ZSH_COMPLETIONS ${CMAKE_INSTALL_DATADIR}/zsh/site-functions CACHE STRING
  "Folder of zsh's completions below the prefix; Debian's packages use share/zsh/vendor-completions")
file(MAKE_DIRECTORY ${manual_dir})

# write_manual(FILE FORM [COMMAND]): `nmfsep manual FORM [COMMAND]` becomes FILE in manual_dir.
function(write_manual file)
  add_custom_command(OUTPUT ${manual_dir}/${file}
    COMMAND nmfsep_program manual ${ARGN} > ${manual_dir}/${file}
    DEPENDS nmfsep_program VERBATIM)
  set_property(GLOBAL APPEND PROPERTY NMFSEP_MANUAL ${manual_dir}/${file})
endfunction()

write_manual(nmfsep.1 man)
set(pages ${manual_dir}/nmfsep.1)
foreach(command train train-set train-universal train-onsets tune separate evaluate bundle onsets
                manifest info plot report paint manual)
  write_manual(nmfsep-${command}.1 man ${command})
  list(APPEND pages ${manual_dir}/nmfsep-${command}.1)
endforeach()
write_manual(nmfsep.bash bash)
write_manual(_nmfsep zsh)
write_manual(nmfsep.fish fish)

get_property(files GLOBAL PROPERTY NMFSEP_MANUAL)
add_custom_target(nmfsep_manual ALL DEPENDS ${files})

install(FILES ${pages} DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT program)
install(FILES ${manual_dir}/nmfsep.bash RENAME nmfsep COMPONENT program
        DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES ${manual_dir}/_nmfsep DESTINATION ${NMFSEP_ZSH_COMPLETIONS} COMPONENT program)
install(FILES ${manual_dir}/nmfsep.fish COMPONENT program
        DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
