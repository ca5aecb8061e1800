// Package marketplace is the marketplace that the demo watches: its database schema as Prisma would have made it, a year of
// seeded business, and the traffic of a day that goes on.
//
// Every row is a function of the seed and of its own index: user 17 is the same whoever asks, so that an order can name its
// buyer without the buyers being held in memory. That makes a million users as cheap to remember as a hundred.
package marketplace
