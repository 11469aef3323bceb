#!/bin/sh
# Is given a port and an address, and compares both with what the variables say.
[ "$1" = "$DRIVER_MY_SERVER_ATTR_PORT" ] && [ "$SERVER" = "$DRIVER_MY_SERVER_ATTR_HOST:$1" ]
