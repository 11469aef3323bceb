// A GoogleTest program for the tests: its cases pass, fail, are disabled, skip, have parameters, and crash when they are
// told to. It reads the address of a driver from the variables.
#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <stdexcept>
#include <string>

namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

bool asked(const char* name) { return variable(name) == "yes"; }

/** Leaves a line in the file that NOTES names. */
void note(const std::string& line) {
  const std::string text = line + "\n";
  const int file = open(variable("NOTES").c_str(), O_WRONLY | O_APPEND | O_CREAT, 0600);
  if (file < 0) return;
  if (write(file, text.data(), text.size()) < 0) std::abort();
  close(file);
}

class Noted : public testing::Test {
 protected:
  void SetUp() override {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    note(std::to_string(getpid()) + " " + info->name());
  }
};

}  // namespace

class Address : public Noted {};

TEST_F(Address, IsThatOfTheServer) {
  const int client = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(std::stoi(variable("DRIVER_MY_SERVER_ATTR_PORT"))));
  ASSERT_EQ(inet_pton(AF_INET, variable("DRIVER_MY_SERVER_ATTR_HOST").c_str(), &address.sin_addr), 1);
  EXPECT_EQ(connect(client, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  close(client);
}

class Basic : public Noted {};

TEST_F(Basic, Passes) {}

TEST_F(Basic, FailsTwice) {
  std::cout << "a line of the case\n";
  EXPECT_EQ(1 + 1, 3) << "the first";
  EXPECT_TRUE(false) << "the second";
}

TEST_F(Basic, Throws) { throw std::runtime_error("boom"); }

TEST_F(Basic, Skips) { GTEST_SKIP() << "no network"; }

TEST_F(Basic, DISABLED_NotYet) { FAIL() << "disabled"; }

TEST_F(Basic, FailsAtFirst) {
  const std::string flag = variable("FLAG");
  if (flag.empty() || access(flag.c_str(), F_OK) == 0) return;
  close(open(flag.c_str(), O_WRONLY | O_CREAT, 0600));
  FAIL() << "the first attempt";
}

TEST(DISABLED_Suite, Case) {}

class Even : public testing::TestWithParam<int> {};

TEST_P(Even, IsEven) { EXPECT_EQ(GetParam() % 2, 0); }

INSTANTIATE_TEST_SUITE_P(Numbers, Even, testing::Values(2, 3));
INSTANTIATE_TEST_SUITE_P(Named, Even, testing::Values(4), [](const testing::TestParamInfo<int>& info) {
  return "n" + std::to_string(info.param);
});

template <class T>
class Sized : public testing::Test {};

struct SizedNames {
  template <class T>
  static std::string GetName(int) {
    return sizeof(T) == 4 ? "std::int-32" : "char*";
  }
};

using SizedTypes = testing::Types<int, char>;
TYPED_TEST_SUITE(Sized, SizedTypes, SizedNames);

TYPED_TEST(Sized, HasFourBytes) { EXPECT_EQ(sizeof(TypeParam), 4U); }

class Crash : public Noted {};

TEST_F(Crash, Before) {}

TEST_F(Crash, Crashes) {
  std::cout << "about to crash" << std::endl;
  std::cerr << "on the other stream" << std::endl;
  if (asked("CRASH")) raise(SIGSEGV);
  if (asked("EXIT")) std::exit(0);
  while (asked("HANG")) pause();
}

TEST_F(Crash, After) {}

class SetUpSuite : public Noted {
 protected:
  static void SetUpTestSuite() {
    if (asked("SUITE_FAILS")) FAIL() << "the suite has no ground";
    if (asked("SUITE_CRASHES")) std::abort();
  }
  static void TearDownTestSuite() {
    if (asked("TEAR_DOWN_CRASHES")) std::abort();
  }
};

TEST_F(SetUpSuite, NeedsIt) {}

class Last : public Noted {};

TEST_F(Last, Passes) {}

class Surroundings : public testing::Environment {
  void SetUp() override {
    if (asked("ENVIRONMENT_FAILS")) FAIL() << "the environment has no ground";
  }
};

int main(int count, char** arguments) {
  std::cout << "a program of its own" << std::endl;
  if (asked("MAIN_FAILS")) return 3;
  testing::InitGoogleTest(&count, arguments);
  const bool lists = testing::GTEST_FLAG(list_tests);
  if (!lists) note("run");
  testing::AddGlobalTestEnvironment(new Surroundings);
  const int result = RUN_ALL_TESTS();
  return asked("EXIT_CODE") && !lists ? 23 : result;
}
