#!/usr/bin/env bash
# Puts brokers for the tests of driver-kafka into the cache, outside the checkout: per version the jars that a release has
# in its `libs`, resolved by Maven. What is there already stays.
set -eu
cd "$(dirname "$0")/.."

POM=packages/driver-kafka/test/kafka.pom.xml
PLUGIN=org.apache.maven.plugins:maven-dependency-plugin:3.9.0
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/testrig

# The version, and what it logs with.
fetch() {
  local home=$CACHE/kafka-$1 part
  [ ! -d "$home" ] || return 0
  mkdir -p "$CACHE"
  part=$(mktemp -d "$CACHE/part.XXXXXX")
  # shellcheck disable=SC2064 # the value of now
  trap "rm -rf '$part'" EXIT
  mvn --batch-mode --quiet --file "$POM" "-Dkafka.version=$1" "-Dlogging.group=$2" "-Dlogging.name=$3" "-Dlogging.version=$4" \
    "$PLUGIN:copy-dependencies" -DincludeScope=runtime "-DoutputDirectory=$part/libs"
  mv -T "$part" "$home" 2>/dev/null || [ -d "$home" ] # Another process may have been faster.
  echo "Fetched $home"
}

fetch 3.9.2 org.slf4j slf4j-reload4j 1.7.36
fetch 4.4.0 org.apache.logging.log4j log4j-slf4j-impl 2.25.3
