#!/usr/bin/env bash
# What a service owner's system does each night: it lists the cases that are new to it, reads and
# downloads each, tells the applicant how it goes, and confirms that it is done.
#
#   STAFETT  the address, for example http://127.0.0.1:8080
#   TOKEN    an organisation token whose audience is the exchange
#   APP      the app, for example nordvik/stottesak
#   INTO     the folder to download to
#   SIZE     cases in a page; 50 when it is not given
set -euo pipefail
: "${STAFETT:?}" "${TOKEN:?}" "${APP:?}" "${INTO:?}"

exchanged=$(curl -sS --fail-with-body -H "Authorization: Bearer $TOKEN" \
  "$STAFETT/authentication/api/v1/exchange/maskinporten")

call() { curl -sS --fail-with-body -H "Authorization: Bearer $exchanged" "$@"; }

# One field of a JSON answer, by a pattern: no other program than curl is needed.
field() { grep -o "\"$1\":\"[^\"]*\"" | cut -d'"' -f4; }

org=${APP%%/*}
next="$STAFETT/storage/api/v1/instances?appId=$APP&excludeConfirmedBy=$org&size=${SIZE:-50}"
while [ -n "$next" ]; do
  page=$(call "$next")
  for id in $(grep -o '"id":"[0-9]*/[0-9a-f-]*"' <<<"$page" | cut -d'"' -f4); do
    one="$STAFETT/storage/api/v1/instances/$id"
    folder="$INTO/${id#*/}"
    mkdir -p "$folder"
    call "$one" >"$folder/instance.json"
    for element in $(call "$one/dataelements" | grep -o '"id":"[^"]*"' | cut -d'"' -f4); do
      call -H 'Accept: application/xml' -o "$folder/$element" "$one/data/$element"
    done
    call -X PUT -H 'Content-Type: application/json' -o /dev/null \
      -d '{"label":"Mottatt","description":"Saken er i fagsystemet."}' "$one/substatus"
    call -X POST -o /dev/null "$one/complete"
    echo "confirmed $id"
  done
  next=$(field next <<<"$page" | sed 's/\\u0026/\&/g' || true)
done
