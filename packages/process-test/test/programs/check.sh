#!/bin/sh
# Succeeds when a driver's address is there, and ends with the code that it is told to end with.
echo "the server is at $DRIVER_MY_SERVER_ATTR_HOST:$DRIVER_MY_SERVER_ATTR_PORT, which is $ADDRESS"
[ -z "$CHILD" ] || { sleep 1000 & echo $! >"$CHILD"; }
[ -z "$HANG" ] || sleep 1000
[ "$ADDRESS" = "$DRIVER_MY_SERVER_ATTR_HOST:$DRIVER_MY_SERVER_ATTR_PORT" ] || exit 9
exit "${EXIT:-0}"
