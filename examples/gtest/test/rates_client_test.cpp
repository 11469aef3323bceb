#include "../src/rates_client.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

// #region address
/** A client of the driver `rates`, whose address the variables tell. */
RatesClient client() {
  const std::string host = std::getenv("DRIVER_RATES_ATTR_HOST");
  const int port = std::atoi(std::getenv("DRIVER_RATES_ATTR_PORT"));
  return RatesClient(host, static_cast<std::uint16_t>(port));
}

TEST(RatesClient, AsksTheServiceForARate) { EXPECT_DOUBLE_EQ(client().rate("GBP", "EUR"), 1.17); }
// #endregion address

TEST(RatesClient, DoesNotKnowACurrencyThatTheServiceDoesNotKnow) {
  EXPECT_THROW(client().rate("GBP", "XYZ"), UnknownCurrency);
}

TEST(RatesClient, TellsTheStatusOfAServiceThatFails) {
  try {
    client().rate("USD", "JPY");
    FAIL() << "a rate came";
  } catch (const RatesError& error) {
    EXPECT_STREQ(error.what(), "status 503");
  }
}

TEST(RatesClient, TellsThatTheServiceHungUp) { EXPECT_THROW(client().rate("EUR", "CHF"), RatesError); }

TEST(RatesClient, RefusesWhatIsNoRate) { EXPECT_THROW(client().rate("EUR", "DKK"), RatesError); }

struct Conversion {
  std::string name;
  double amount;
  std::string from;
  std::string to;
  double result;
};

class Convert : public testing::TestWithParam<Conversion> {};

TEST_P(Convert, RoundsToCents) {
  const auto& [name, amount, from, to, result] = GetParam();
  EXPECT_DOUBLE_EQ(client().convert(amount, from, to), result);
}

INSTANTIATE_TEST_SUITE_P(Amounts, Convert,
                         testing::Values(Conversion{"Whole", 1000, "GBP", "EUR", 1170},
                                         Conversion{"Rounded", 9999, "JPY", "GBP", 50.99},
                                         Conversion{"Nothing", 0, "GBP", "EUR", 0}),
                         [](const testing::TestParamInfo<Conversion>& info) { return info.param.name; });
