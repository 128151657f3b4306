package history

import (
	"testing"
	"time"
)

func TestState_Thresholds(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	type at struct {
		left time.Duration
		want State
	}
	for _, c := range []struct {
		name string
		life time.Duration
		at   []at
	}{
		{"an hour", time.Hour, []at{
			{time.Hour, OK},
			{15*time.Minute + time.Millisecond, OK},
			{15 * time.Minute, Soon},
			{6*time.Minute + time.Millisecond, Soon},
			{6 * time.Minute, Urgent},
			{time.Millisecond, Urgent},
			{0, Expired},
			{-time.Hour, Expired},
		}},
		{"ten minutes", 10 * time.Minute, []at{ // not longer than twice five minutes
			{150*time.Second + time.Millisecond, OK}, {150 * time.Second, Soon}, {time.Minute + time.Millisecond, Soon}, {time.Minute, Urgent},
		}},
		{"a quarter of an hour", 15 * time.Minute, []at{ // urgent comes before a quarter is left
			{5*time.Minute + time.Millisecond, OK}, {5 * time.Minute, Urgent}, {0, Expired},
		}},
		{"half an hour", 30 * time.Minute, []at{
			{450*time.Second + time.Millisecond, OK}, {450 * time.Second, Soon}, {5*time.Minute + time.Millisecond, Soon}, {5 * time.Minute, Urgent},
		}},
		{"two hours", 2 * time.Hour, []at{ // not longer than twice an hour
			{30*time.Minute + time.Millisecond, OK}, {30 * time.Minute, Soon}, {12 * time.Minute, Urgent},
		}},
		{"two hours and a second", 2*time.Hour + time.Second, []at{
			{time.Hour + time.Millisecond, OK}, {time.Hour, Soon}, {13 * time.Minute, Soon}, {12 * time.Minute, Urgent},
		}},
		{"ten days", 10 * day, []at{
			{60*time.Hour + time.Millisecond, OK}, {60 * time.Hour, Soon}, {day + time.Millisecond, Soon}, {day, Urgent}, {0, Expired},
		}},
		{"a year", 365 * day, []at{
			{7*day + time.Millisecond, OK}, {7 * day, Soon}, {day + time.Millisecond, Soon}, {day, Urgent}, {0, Expired},
		}},
		{"a second", time.Second, []at{
			{251 * time.Millisecond, OK}, {250 * time.Millisecond, Soon}, {100 * time.Millisecond, Urgent}, {0, Expired},
		}},
	} {
		for _, a := range c.at {
			e := Entry{Outcome: Issued, Life: c.life, Expires: epoch}
			if got := e.State(epoch.Add(-a.left)); got != a.want {
				t.Errorf("%s, %v left: %s, want %s", c.name, a.left, got, a.want)
			}
		}
	}
}

func TestState_WhatDecidesBeforeTheTime(t *testing.T) {
	t.Parallel()
	before, after, later := epoch.Add(-time.Minute), epoch, epoch.Add(time.Hour)
	for _, c := range []struct {
		name          string
		e             Entry
		before, after State
	}{
		{"pending", Entry{Outcome: Pending}, Unsure, Expired},
		{"unknown", Entry{Outcome: Unknown}, Unsure, Expired},
		{"rejected", Entry{Outcome: Rejected}, Failed, Failed},
		{"older", Entry{Outcome: Issued, Newer: 7}, Older, Expired},
		{"older with drift", Entry{Outcome: Issued, Newer: 7, Drift: "role"}, Drift, Expired},
		{"drift", Entry{Outcome: Issued, Drift: "role"}, Drift, Expired},
		{"live", Entry{Outcome: Issued}, Urgent, Expired},
		{"unproven", Entry{Outcome: Issued, WorstExpires: later}, Urgent, Ended},
		{"older, unproven", Entry{Outcome: Issued, Newer: 7, WorstExpires: later}, Older, Ended},
		{"drift, unproven", Entry{Outcome: Issued, Drift: "refused", WorstExpires: later}, Drift, Drift},
		{"unproven and no longer unit", Entry{Outcome: Issued, WorstExpires: epoch}, Urgent, Expired},
		{"proven", Entry{Outcome: Issued, UnitProven: true, WorstExpires: later}, Urgent, Expired},
		{"unknown, unproven", Entry{Outcome: Unknown, WorstExpires: later}, Unsure, Expired},
		{"rejected, unproven", Entry{Outcome: Rejected, WorstExpires: later}, Failed, Failed},
	} {
		c.e.Life, c.e.Expires = time.Hour, epoch
		if got := c.e.State(before); got != c.before {
			t.Errorf("%s before its end: %s, want %s", c.name, got, c.before)
		}
		if got := c.e.State(after); got != c.after {
			t.Errorf("%s at its end: %s, want %s", c.name, got, c.after)
		}
	}
}

// Ensure that NextChange names every moment at which State changes, and no other.
func TestNextChange_IsWhenTheStateChanges(t *testing.T) {
	t.Parallel()
	for _, e := range []Entry{
		{Outcome: Issued, Life: time.Hour, Expires: epoch},
		{Outcome: Issued, Life: 400 * 24 * time.Hour, Expires: epoch},
		{Outcome: Issued, Life: time.Hour, Expires: epoch, Newer: 3},
		{Outcome: Issued, Life: time.Hour, Expires: epoch, Drift: "role"},
		{Outcome: Issued, Life: time.Hour, Expires: epoch, WorstExpires: epoch.Add(59 * time.Hour)},
		{Outcome: Issued, Life: time.Hour, Expires: epoch, WorstExpires: epoch.Add(59 * time.Hour), Newer: 3},
		{Outcome: Issued, Life: time.Hour, Expires: epoch, WorstExpires: epoch.Add(59 * time.Hour), Drift: "role"},
		{Outcome: Issued, Life: 15 * time.Minute, Expires: epoch},
		{Outcome: Unknown, Life: time.Hour, Expires: epoch},
		{Outcome: Rejected, Life: time.Hour, Expires: epoch},
	} {
		now := epoch.Add(-e.Life)
		changes := 0
		for {
			next := e.NextChange(now)
			if next.IsZero() {
				break
			}
			if a, b := e.State(next.Add(-time.Millisecond)), e.State(next); a == b || a != e.State(now) {
				t.Errorf("%+v: at %v from %s to %s", e, next, a, b)
			}
			now = next
			if changes++; changes > 4 {
				t.Fatalf("%+v never ends", e)
			}
		}
		if last := e.State(now); last != Expired && last != Failed {
			t.Errorf("%+v ends as %s", e, last)
		}
	}
}

func TestLeft_IsNeverNegative(t *testing.T) {
	t.Parallel()
	e := Entry{Outcome: Issued, Expires: epoch}
	for d, want := range map[time.Duration]time.Duration{-time.Hour: time.Hour, 0: 0, time.Hour: 0} {
		if got := e.Left(epoch.Add(d)); got != want {
			t.Errorf("%v after the end: %v left, want %v", d, got, want)
		}
	}
	if got := (Entry{Outcome: Rejected, Expires: epoch}).Left(epoch.Add(-time.Hour)); got != 0 {
		t.Errorf("a rejected request has %v left", got)
	}
}

func TestState_Word(t *testing.T) {
	t.Parallel()
	if len(States()) != 9 || Unsure.Word() != "UNSURE" || OK.Word() != "OK" || Ended.Word() != "ENDED?" {
		t.Error("a state is missing or badly named")
	}
}
