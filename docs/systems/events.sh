#!/usr/bin/env bash
# What a service owner's system does to follow what happens to its apps' instances.
#
#   events.sh follow              prints what is new since the last time, one event to a line
#   events.sh subscribe ENDPOINT  subscribes by webhook; prints the subscription's id and secret
#   events.sh verify SECRET SIGNATURE [SECONDS]
#                                 holds what came in (on standard input) against its signature,
#                                 and refuses what was signed more than SECONDS (300) ago
#
#   STAFETT  the address, for example http://127.0.0.1:8080
#   TOKEN    an organisation token whose audience is the exchange
#   APP      the app, for example nordvik/stottesak
#   PLACE    the file that keeps how far you have come
#   SIZE     events in a page; 50 when it is not given
set -euo pipefail

exchange() {
  curl -sS --fail-with-body -H "Authorization: Bearer ${TOKEN:?}" \
    "${STAFETT:?}/authentication/api/v1/exchange/maskinporten"
}

# One field of a JSON answer, by a pattern: no other program than curl is needed.
field() { grep -oE "\"$1\":(\"[^\"]*\"|[0-9]+)" | head -n 1 | cut -d: -f2- | tr -d '"'; }

follow() {
  local bearer page last
  bearer=$(exchange)
  while true; do
    last=$(cat "${PLACE:?}" 2>/dev/null || true)
    page=$(curl -sS --fail-with-body -H "Authorization: Bearer $bearer" \
      "$STAFETT/events/api/v1/app/${APP:?}?size=${SIZE:-50}${last:+&after=$last}")
    [ "$page" = "[]" ] && return
    sed 's/},{/}\n{/g; s/^\[//; s/\]$//' <<<"$page"
    echo
    # Whatever has been dealt with is not asked for again.
    grep -o '"id":"[^"]*"' <<<"$page" | tail -n 1 | cut -d'"' -f4 >"$PLACE"
  done
}

subscribe() {
  local made
  made=$(curl -sS --fail-with-body -H "Authorization: Bearer $(exchange)" \
    -H 'Content-Type: application/json' \
    -d "{\"endPoint\":\"$1\",\"resourceFilter\":\"urn:altinn:resource:app_${APP/\//_}\"}" \
    "$STAFETT/events/api/v1/subscriptions")
  echo "$(field id <<<"$made") $(field secret <<<"$made")"
}

verify() {
  local secret=$1 at given wanted
  at=$(cut -d, -f1 <<<"$2" | cut -d= -f2)
  given=$(cut -d, -f2 <<<"$2" | cut -d= -f2)
  wanted=$({ printf '%s.' "$at"; cat; } | openssl dgst -sha256 -hmac "$secret" | grep -o '[0-9a-f]*$')
  [ "$given" = "$wanted" ] && [ $(($(date +%s) - at)) -le "${3:-300}" ]
}

"$@"
