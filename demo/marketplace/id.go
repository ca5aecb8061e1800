package marketplace

import "strconv"

// cuid writes 124 bits in the form of Prisma's default ids: 25 characters, the first a "c".
func cuid(high, low uint64) string {
	buffer := make([]byte, 0, 25)
	buffer = append(buffer, 'c')
	buffer = appendDigits(buffer, high)
	buffer = appendDigits(buffer, low)
	return string(buffer)
}

// appendDigits adds exactly twelve digits of base 36, which hold 62 bits.
func appendDigits(buffer []byte, n uint64) []byte {
	const base12 = 4738381338321616896 // 36^12
	const smallest = base12 / 36       // the first number of twelve digits
	return strconv.AppendUint(buffer, smallest+n%(base12-smallest), 36)
}
