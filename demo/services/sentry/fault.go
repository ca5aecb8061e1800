package sentry

import (
	"crypto/rand"
	"slices"
	"time"
)

// spikeType is the type of the errors of a spike.
const spikeType = "PrismaClientInitializationError"

// BeginSpike captures fatal errors of many users, and another one every second.
func (s *Sentry) BeginSpike() {
	const burst = 200 // users
	s.mu.Lock()
	s.spike = true
	s.mu.Unlock()
	s.captureSpike(burst)
}

// captureSpike captures errors of different users during a spike.
func (s *Sentry) captureSpike(users int) {
	s.mu.Lock()
	spike := s.spike
	s.mu.Unlock()
	if !spike {
		return
	}
	for range users {
		s.Capture(Error{
			Type: spikeType, Message: "Can't reach database server", Transaction: "/api/payments/charge",
			Level: "fatal", User: rand.Text(), At: time.Now(),
		})
	}
}

// EndSpike resolves the issue and deletes it with its events.
func (s *Sentry) EndSpike() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.spike = false
	s.issues = slices.DeleteFunc(s.issues, func(i *issue) bool {
		deleted := i.kind.Type == spikeType
		if deleted {
			i.status = "resolved"
			s.notify("resolved", i)
		}
		return deleted
	})
}

// SetThrottled makes the API reject all requests, or ends that.
func (s *Sentry) SetThrottled(throttled bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.throttled = throttled
}
