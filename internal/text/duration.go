package text

import (
	"encoding/json"
	"strconv"
	"time"
)

// Duration writes how long something took, in the two units that matter; what is below a
// millisecond is 0 ms.
func Duration(lang string, d time.Duration) string {
	d = max(d, 0)
	two := func(key string, unit, part time.Duration) string {
		return T(lang, key, int64(d/unit), int64(d%unit/part))
	}
	switch {
	case d < time.Second:
		return T(lang, "core.took_ms", d.Milliseconds())
	case d < time.Minute:
		tenths := int64(d / (time.Second / 10))
		n := strconv.FormatInt(tenths/10, 10) + "." + strconv.FormatInt(tenths%10, 10)
		return T(lang, "core.took_s", Number(lang, json.Number(n)))
	case d < time.Hour:
		return two("core.took_min", time.Minute, time.Second)
	case d < 24*time.Hour:
		return two("core.took_h", time.Hour, time.Minute)
	}
	return TN(lang, "core.took_days", int(d/(24*time.Hour)), int64(d%(24*time.Hour)/time.Hour))
}
