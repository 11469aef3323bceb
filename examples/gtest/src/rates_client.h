#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

/** What the rates service answers that is no rate. */
class RatesError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/** The service does not know one of the currencies. */
class UnknownCurrency : public RatesError {
 public:
  using RatesError::RatesError;
};

/** Asks a rates service over HTTP. */
class RatesClient {
 public:
  RatesClient(std::string host, std::uint16_t port);

  /** What one unit of `from` costs in `to`. Throws RatesError. */
  double rate(const std::string& from, const std::string& to) const;

  /** The amount in another currency, rounded to cents. Throws RatesError. */
  double convert(double amount, const std::string& from, const std::string& to) const;

 private:
  std::string get(const std::string& path) const;

  std::string host_;
  std::uint16_t port_;
};
