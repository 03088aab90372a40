#pragma once

#include <Eigen/Core>

#include <cmath>

namespace nmfsep {

/// A number as the sum of two doubles that do not overlap: about 32 decimal digits (Dekker, 1971;
/// Hida, Li and Bailey, 2001). For the small matrices of a recursion; kernels do the long sums.
struct DoubleDouble {
  double high = 0.0;
  double low = 0.0;

  DoubleDouble() = default;
  DoubleDouble(double value) : high(value) {}  // implicit, as from int to double
  DoubleDouble(double large, double small) : high(large + small), low(small - (high - large)) {}

  explicit operator double() const { return high + low; }

  DoubleDouble& operator+=(const DoubleDouble& other) { return *this = *this + other; }
  DoubleDouble& operator-=(const DoubleDouble& other) { return *this = *this + -other; }
  DoubleDouble& operator*=(const DoubleDouble& other) { return *this = *this * other; }
  DoubleDouble& operator/=(const DoubleDouble& other) { return *this = *this / other; }

  DoubleDouble operator-() const {
    DoubleDouble negative;
    negative.high = -high;
    negative.low = -low;
    return negative;
  }

  friend DoubleDouble operator+(const DoubleDouble& a, const DoubleDouble& b) {
    const double sum = a.high + b.high;
    const double taken = sum - a.high;
    const double lost = (a.high - (sum - taken)) + (b.high - taken);
    return {sum, lost + (a.low + b.low)};
  }
  friend DoubleDouble operator-(const DoubleDouble& a, const DoubleDouble& b) { return a + -b; }
  friend DoubleDouble operator*(const DoubleDouble& a, const DoubleDouble& b) {
    const double product = a.high * b.high;
    const double lost = std::fma(a.high, b.high, -product);
    return {product, lost + (a.high * b.low + a.low * b.high)};
  }
  friend DoubleDouble operator/(const DoubleDouble& a, const DoubleDouble& b) {
    const DoubleDouble first = a.high / b.high;
    const DoubleDouble second = (a - first * b).high / b.high;
    return first + second + DoubleDouble((a - first * b - second * b).high / b.high);
  }

  friend bool operator<(const DoubleDouble& a, const DoubleDouble& b) {
    return a.high < b.high || (a.high == b.high && a.low < b.low);
  }
  friend bool operator>(const DoubleDouble& a, const DoubleDouble& b) { return b < a; }
  friend bool operator<=(const DoubleDouble& a, const DoubleDouble& b) { return !(b < a); }
  friend bool operator>=(const DoubleDouble& a, const DoubleDouble& b) { return !(a < b); }
  friend bool operator==(const DoubleDouble& a, const DoubleDouble& b) {
    return a.high == b.high && a.low == b.low;
  }
  friend bool operator!=(const DoubleDouble& a, const DoubleDouble& b) { return !(a == b); }
};

/// One step of Newton's method from the double's root.
inline DoubleDouble sqrt(const DoubleDouble& value) {
  if (value.high <= 0.0) return std::sqrt(value.high);
  const DoubleDouble root = std::sqrt(value.high);
  return root + (value - root * root) / (2.0 * root.high);
}

inline DoubleDouble abs(const DoubleDouble& value) { return value.high < 0.0 ? -value : value; }

/// Numbers in twice the precision of a double, column by column: `high` + `low`.
struct ExtendedMatrix {
  Eigen::MatrixXd high;
  Eigen::MatrixXd low;

  ExtendedMatrix() = default;
  ExtendedMatrix(Eigen::Index rows, Eigen::Index columns)
      : high(Eigen::MatrixXd::Zero(rows, columns)), low(Eigen::MatrixXd::Zero(rows, columns)) {}

  DoubleDouble operator()(Eigen::Index row, Eigen::Index column) const {
    return {high(row, column), low(row, column)};
  }
  void set(Eigen::Index row, Eigen::Index column, const DoubleDouble& value) {
    high(row, column) = value.high;
    low(row, column) = value.low;
  }
};

}  // namespace nmfsep

template <>
struct Eigen::NumTraits<nmfsep::DoubleDouble> : Eigen::GenericNumTraits<nmfsep::DoubleDouble> {
  using Real = nmfsep::DoubleDouble;
  using NonInteger = nmfsep::DoubleDouble;
  using Nested = nmfsep::DoubleDouble;
  using Literal = double;
  enum {
    IsComplex = 0,
    IsInteger = 0,
    IsSigned = 1,
    RequireInitialization = 1,
    ReadCost = 2,
    AddCost = 20,
    MulCost = 10
  };
  static Real epsilon() { return 5e-32; }
  static Real dummy_precision() { return 1e-28; }
  static int digits10() { return 31; }
};
