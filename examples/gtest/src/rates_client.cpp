#include "rates_client.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmath>
#include <utility>

namespace {

/** A socket that is closed when it goes. */
class Socket {
 public:
  Socket() : file_(socket(AF_INET, SOCK_STREAM, 0)) {
    if (file_ < 0) throw RatesError("no socket");
  }
  ~Socket() { close(file_); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  void connect(const std::string& host, std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    if (inet_pton(AF_INET, host.c_str(), &address.sin_addr) != 1) throw RatesError("no address: " + host);
    if (::connect(file_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
      throw RatesError("no connection to " + host + ":" + std::to_string(port));
  }

  void send(const std::string& text) {
    for (std::size_t sent = 0; sent < text.size();) {
      const auto count = ::send(file_, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
      if (count <= 0) throw RatesError("the service hung up");
      sent += static_cast<std::size_t>(count);
    }
  }

  std::string receive() {
    std::string text;
    char part[4096];
    for (;;) {
      const auto count = recv(file_, part, sizeof part, 0);
      if (count < 0) throw RatesError("the service hung up");
      if (count == 0) return text;
      text.append(part, static_cast<std::size_t>(count));
    }
  }

 private:
  int file_;
};

}  // namespace

RatesClient::RatesClient(std::string host, std::uint16_t port) : host_(std::move(host)), port_(port) {}

double RatesClient::rate(const std::string& from, const std::string& to) const {
  const std::string body = get("/rates/" + from + "/" + to);
  try {
    return std::stod(body);
  } catch (const std::logic_error&) {
    throw RatesError("not a rate: \"" + body + "\"");
  }
}

double RatesClient::convert(double amount, const std::string& from, const std::string& to) const {
  return std::round(amount * rate(from, to) * 100) / 100;
}

std::string RatesClient::get(const std::string& path) const {
  Socket socket;
  socket.connect(host_, port_);
  socket.send("GET " + path + " HTTP/1.0\r\nHost: " + host_ + "\r\n\r\n");
  const std::string answer = socket.receive();
  const auto body = answer.find("\r\n\r\n");
  if (body == std::string::npos) throw RatesError("the service hung up");
  const std::string status = answer.substr(answer.find(' ') + 1, 3);
  if (status == "404") throw UnknownCurrency(path);
  if (status != "200") throw RatesError("status " + status);
  return answer.substr(body + 4);
}
