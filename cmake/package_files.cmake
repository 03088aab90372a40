# Before cpack packs: pages and changelogs are compressed, as Debian wants them, and with SOURCE_DATE_EPOCH
# in the environment everything is as old as that says.
function(run)
  execute_process(COMMAND ${ARGN} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

run(find ${CPACK_TEMPORARY_DIRECTORY} -path "*/man/man1/*.1" -exec gzip -9n {} +)
run(find ${CPACK_TEMPORARY_DIRECTORY} -path "*/doc/*/changelog" -exec gzip -9n {} +)
if(DEFINED ENV{SOURCE_DATE_EPOCH})
  run(find ${CPACK_TEMPORARY_DIRECTORY} -exec
      touch --no-dereference --date=@$ENV{SOURCE_DATE_EPOCH} {} +)
endif()
