// A FIX engine that is not ours: QuickFIX, as acceptor or initiator of the sessions of a settings file.
//
//   peer acceptor|initiator plain|ssl <settings file>
//
// It sends messages of applications back, with a Text (58) of "echo". On its output: "ready", then for each event of a
// session a line such as `logon FIX.4.4:QF->US`, `app <session> <message>` and `sent …` for messages of the applications,
// `in …` and `out …` for messages between sessions. On its input, with the session as it is in the events:
//   send <session> 35=D|11=1|…      next-out <session> <number>      logout <session>
#include <quickfix/Application.h>
#include <quickfix/FileStore.h>
#include <quickfix/Log.h>
#include <quickfix/MessageStore.h>
#include <quickfix/Session.h>
#include <quickfix/SessionSettings.h>
#include <quickfix/SocketAcceptor.h>
#include <quickfix/SocketInitiator.h>
#include <quickfix/ThreadedSSLSocketAcceptor.h>
#include <quickfix/ThreadedSSLSocketInitiator.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <mutex>
#include <sstream>
#include <string>

namespace {

std::mutex printing;

void print(const std::string &what, const FIX::SessionID &session, const std::string &message = "") {
  std::string line = what + " " + session.toStringFrozen() + (message.empty() ? "" : " " + message);
  std::replace(line.begin(), line.end(), '\001', '|');
  const std::lock_guard<std::mutex> lock(printing);
  std::cout << line << std::endl;
}

class Peer : public FIX::NullApplication {
 public:
  void onCreate(const FIX::SessionID &session) override { sessions[session.toStringFrozen()] = session; }
  void onLogon(const FIX::SessionID &session) override { print("logon", session); }
  void onLogout(const FIX::SessionID &session) override { print("logout", session); }
  void toAdmin(FIX::Message &message, const FIX::SessionID &session) override { print("out", session, message.toString()); }
  void toApp(FIX::Message &message, const FIX::SessionID &session) throw(FIX::DoNotSend) override {
    print("sent", session, message.toString());
  }
  void fromAdmin(const FIX::Message &message, const FIX::SessionID &session)
      throw(FIX::FieldNotFound, FIX::IncorrectDataFormat, FIX::IncorrectTagValue, FIX::RejectLogon) override {
    print("in", session, message.toString());
  }
  void fromApp(const FIX::Message &message, const FIX::SessionID &session)
      throw(FIX::FieldNotFound, FIX::IncorrectDataFormat, FIX::IncorrectTagValue, FIX::UnsupportedMessageType) override {
    print("app", session, message.toString());
    if (message.isSetField(58) && message.getField(58) == "quiet") return;
    FIX::Message echo = message;
    echo.getHeader().removeField(43);
    echo.getHeader().removeField(122);
    echo.setField(58, "echo");
    FIX::Session::sendToTarget(echo, session);
  }

  std::map<std::string, FIX::SessionID> sessions;
};

FIX::Message parse(const std::string &text) {
  FIX::Message message;
  std::istringstream fields(text);
  for (std::string field; std::getline(fields, field, '|');) {
    const auto equals = field.find('=');
    const int tag = std::stoi(field.substr(0, equals));
    const std::string value = field.substr(equals + 1);
    if (tag == 35) message.getHeader().setField(tag, value);
    else message.setField(tag, value);
  }
  return message;
}

void obey(Peer &peer, std::istream &input) {
  for (std::string line; std::getline(input, line);) {
    std::istringstream words(line);
    std::string command, name, rest;
    words >> command >> name;
    std::getline(words >> std::ws, rest);
    const FIX::SessionID id = peer.sessions.at(name);
    FIX::Session *session = FIX::Session::lookupSession(id);
    if (command == "send") {
      FIX::Message message = parse(rest);
      FIX::Session::sendToTarget(message, id);
    } else if (command == "next-out") session->setNextSenderMsgSeqNum(std::stoi(rest));
    else if (command == "logout") session->logout();
  }
}

template <typename Engine>
void run(Engine &engine, Peer &peer) {
  engine.start();
  std::cout << "ready" << std::endl;
  obey(peer, std::cin);
  engine.stop();
}

}  // namespace

int main(int, char **argv) {
  const std::string role = argv[1], transport = argv[2];
  try {
    FIX::SessionSettings settings(argv[3]);
    Peer peer;
    FIX::MemoryStoreFactory store;
    if (role == "acceptor" && transport == "plain") {
      FIX::SocketAcceptor engine(peer, store, settings);
      run(engine, peer);
    } else if (role == "acceptor") {
      FIX::ThreadedSSLSocketAcceptor engine(peer, store, settings);
      run(engine, peer);
    } else if (transport == "plain") {
      FIX::SocketInitiator engine(peer, store, settings);
      run(engine, peer);
    } else {
      FIX::ThreadedSSLSocketInitiator engine(peer, store, settings);
      run(engine, peer);
    }
  } catch (const std::exception &error) {
    std::cerr << error.what() << std::endl;
    return 1;
  }
}
