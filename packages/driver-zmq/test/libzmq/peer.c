// A peer that has nothing of ours: libzmq alone. Usage: peer PATTERN bind|connect ENDPOINT [ROUTING-ID]
// Commands, one a line:
//   subscribe TOPIC     of a SUB socket; without a topic to all
//   send FRAME…         a message of so many frames; '-' is an empty one
//   fill SIZE           a message of SIZE bytes, which are 0, 1, … 250, 0, 1, …
//   receive             prints "received FRAME…", or how many bytes and their sum if there are many
// It ends with its standard input.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

enum { RECEIVE_LIMIT = 20000, LONGEST_SHOWN = 200, CYCLE = 251 };

static void check(int ok, const char *what) {
  if (ok) return;
  printf("failed %s: %s\n", what, zmq_strerror(zmq_errno()));
  exit(1);
}

static int type_of(const char *pattern) {
  static const struct { const char *name; int type; } types[] = {
      {"PAIR", ZMQ_PAIR}, {"PUB", ZMQ_PUB},   {"SUB", ZMQ_SUB},       {"REQ", ZMQ_REQ},       {"REP", ZMQ_REP},
      {"PUSH", ZMQ_PUSH}, {"PULL", ZMQ_PULL}, {"DEALER", ZMQ_DEALER}, {"ROUTER", ZMQ_ROUTER},
  };
  for (size_t index = 0; index < sizeof types / sizeof *types; index++)
    if (strcmp(pattern, types[index].name) == 0) return types[index].type;
  printf("unknown pattern %s\n", pattern);
  exit(2);
}

static void send_frames(void *socket, char *frames) {
  char *frame = strtok(frames, " ");
  while (frame != NULL) {
    char *next = strtok(NULL, " ");
    size_t size = strcmp(frame, "-") == 0 ? 0 : strlen(frame);
    check(zmq_send(socket, frame, size, next == NULL ? 0 : ZMQ_SNDMORE) >= 0, "send");
    frame = next;
  }
}

static void fill(void *socket, size_t size) {
  zmq_msg_t message;
  check(zmq_msg_init_size(&message, size) == 0, "message");
  unsigned char *data = zmq_msg_data(&message);
  for (size_t index = 0; index < size; index++) data[index] = index % CYCLE;
  check(zmq_msg_send(&message, socket, 0) >= 0, "send");
}

static void print_frame(zmq_msg_t *frame) {
  const unsigned char *data = zmq_msg_data(frame);
  size_t size = zmq_msg_size(frame);
  if (size > LONGEST_SHOWN) {
    uint64_t sum = 0;
    for (size_t index = 0; index < size; index++) sum += data[index];
    printf(" %zu bytes, sum %" PRIu64, size, sum);
    return;
  }
  putchar(' ');
  if (size == 0) putchar('-');
  for (size_t index = 0; index < size; index++) {
    if (data[index] > ' ' && data[index] < 127) putchar(data[index]);
    else printf("\\x%02x", data[index]);
  }
}

static void receive(void *socket) {
  zmq_msg_t frame;
  int more = 1;
  zmq_msg_init(&frame);
  for (int first = 1; more; first = 0) {
    check(zmq_msg_recv(&frame, socket, 0) >= 0, "receive");
    if (first) printf("received");
    print_frame(&frame);
    more = zmq_msg_more(&frame);
  }
  zmq_msg_close(&frame);
  putchar('\n');
}

static void obey(void *socket, char *line) {
  line[strcspn(line, "\n")] = '\0';
  char *rest = strchr(line, ' ');
  if (rest != NULL) *rest++ = '\0';
  else rest = line + strlen(line);
  if (strcmp(line, "send") == 0) send_frames(socket, rest);
  else if (strcmp(line, "fill") == 0) fill(socket, strtoull(rest, NULL, 10));
  else if (strcmp(line, "receive") == 0) receive(socket);
  else if (strcmp(line, "subscribe") == 0)
    check(zmq_setsockopt(socket, ZMQ_SUBSCRIBE, rest, strlen(rest)) == 0, "subscribe");
  else check(0, line);
}

int main(int count, char **arguments) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  if (count < 4) return 2;
  void *context = zmq_ctx_new();
  void *socket = zmq_socket(context, type_of(arguments[1]));
  check(socket != NULL, "socket");
  int limit = RECEIVE_LIMIT, linger = 0;
  zmq_setsockopt(socket, ZMQ_RCVTIMEO, &limit, sizeof limit);
  zmq_setsockopt(socket, ZMQ_SNDTIMEO, &limit, sizeof limit);
  zmq_setsockopt(socket, ZMQ_LINGER, &linger, sizeof linger);
  if (count > 4) check(zmq_setsockopt(socket, ZMQ_ROUTING_ID, arguments[4], strlen(arguments[4])) == 0, "routing id");
  int binds = strcmp(arguments[2], "bind") == 0;
  check((binds ? zmq_bind : zmq_connect)(socket, arguments[3]) == 0, arguments[2]);
  char endpoint[256];
  size_t size = sizeof endpoint;
  check(zmq_getsockopt(socket, ZMQ_LAST_ENDPOINT, endpoint, &size) == 0, "endpoint");
  printf("ready %s\n", endpoint);
  char line[4096];
  while (fgets(line, sizeof line, stdin) != NULL) obey(socket, line);
  zmq_close(socket);
  zmq_ctx_term(context);
  return 0;
}
