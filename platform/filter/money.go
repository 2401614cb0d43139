package filter

import (
	"math/big"
	"strings"
)

func ratOf(n int) *big.Rat { return new(big.Rat).SetInt64(int64(n)) }

// places are the digits behind the point of currencies that don't have two
// (ISO 4217, table A.1).
var places = map[string]int{
	"BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0, "RWF": 0, "UGX": 0,
	"UYI": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
	"BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3,
}

// Quantity writes a number, or an amount of the currency's smallest unit.
func Quantity(n *big.Rat, currency string) string {
	if currency == "" {
		return decimal(n)
	}
	digits, known := places[currency]
	if !known {
		digits = 2
	}
	unit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(digits)), nil)
	return strings.TrimSpace(new(big.Rat).Quo(n, new(big.Rat).SetInt(unit)).FloatString(digits) + " " + currency)
}
