# What the library links. The installed package reads this file too, so that both sides agree.
# CMake packages where the libraries ship them, pkg-config for the others.
find_package(Eigen3 3.4 REQUIRED NO_MODULE)
find_package(TBB REQUIRED)
find_package(fmt REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(PNG 1.6 REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(SndFile REQUIRED IMPORTED_TARGET sndfile>=1.2)
pkg_check_modules(FFTW REQUIRED IMPORTED_TARGET fftw3>=3.3)
pkg_check_modules(FFTWf REQUIRED IMPORTED_TARGET fftw3f>=3.3)
pkg_check_modules(Soxr REQUIRED IMPORTED_TARGET soxr)
pkg_check_modules(Highway REQUIRED IMPORTED_TARGET libhwy>=1.0)
pkg_check_modules(Nettle REQUIRED IMPORTED_TARGET nettle>=3.8)
