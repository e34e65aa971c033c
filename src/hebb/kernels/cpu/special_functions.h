// Special functions of real numbers in f64: gamma and its derivatives, zeta, errors of the normal
// distribution and their inverses, modified Bessel functions.
#pragma once

namespace hebb::cpu::special {

double lgamma(double x);  // log |gamma(x)|; infinite at 0, -1, -2, ...
double digamma(double x);
// The sum of (q + k)^-x over k = 0, 1, ...; infinite at its poles, NaN for x < 1.
double zeta(double x, double q);
double polygamma(int n, double x);  // the n-th derivative of digamma; n >= 0

double erfinv(double x);  // NaN outside [-1, 1]
double erfcx(double x);   // e^(x^2) erfc(x)
double ndtr(double x);    // the share of a standard normal distribution below x
double ndtri(double p);   // its inverse; NaN outside [0, 1]
double log_ndtr(double x);

// The share P of the gamma distribution of shape a below x, 1 - P, and P's derivative by a.
double gammainc(double a, double x);
double gammaincc(double a, double x);
double gammainc_by_shape(double a, double x);
// How log(x) moves with a where P(a, x) stays.
double log_gamma_slope(double a, double log_x);

double i0(double x);   // modified Bessel functions of the first kind
double i0e(double x);  // e^-|x| i0(x)
double i1(double x);
double i1e(double x);

}  // namespace hebb::cpu::special
