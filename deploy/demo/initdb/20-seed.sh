#!/bin/sh
# A year of business. While it initialises, the server listens on its socket alone and asks nobody for a password.
DATABASE_URL='postgres://marketplace_app@/marketplace?host=/var/run/postgresql' demo seed
