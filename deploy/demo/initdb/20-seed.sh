#!/bin/sh
# A year of business. During the initialization the server listens only on its socket and requires
# no password.
DATABASE_URL='postgres://marketplace_app@/marketplace?host=/var/run/postgresql' demo seed
