package solution

// edge is an arrow within a group of apps: from and to are places in the group.
type edge struct {
	arrow, from, to int
	way             Way
	// back tells that it goes up, against the order of the layers.
	back bool
}

// upper and lower are its ends as they stand.
func (e edge) upper() int {
	if e.back {
		return e.to
	}
	return e.from
}

func (e edge) lower() int {
	if e.back {
		return e.from
	}
	return e.to
}

// rank says which row each of n apps stands in, so that every edge goes down a row or more, but
// for those that it marks as going back. An app that nothing is made of is the beginning; what
// tells how it goes never decides.
func rank(n int, edges []edge) []int {
	below := make([][]int, n)
	for _, i := range inOrder(n, edges) {
		e := &edges[i]
		if reaches(below, e.to, e.from) {
			e.back = true
		}
		below[e.upper()] = append(below[e.upper()], e.lower())
	}
	rows := make([]int, n)
	for _, i := range downwards(below) {
		for _, j := range below[i] {
			rows[j] = max(rows[j], rows[i]+1)
		}
	}
	settle(rows, below)
	return rows
}

// settle moves beginnings down to right above what they hand to first.
func settle(rows []int, below [][]int) {
	above := make([]int, len(rows))
	for _, list := range below {
		for _, j := range list {
			above[j]++
		}
	}
	for i := range rows {
		if above[i] > 0 || len(below[i]) == 0 {
			continue
		}
		first := rows[below[i][0]]
		for _, j := range below[i] {
			first = min(first, rows[j])
		}
		rows[i] = first - 1
	}
}

// inOrder gives the edges in the order in which they may decide: what makes something, from the
// beginnings on; then what adds; then what tells.
func inOrder(n int, edges []edge) []int {
	out, made := make([][]int, n), make([]bool, n)
	var rest [2][]int
	for i, e := range edges {
		switch e.way {
		case WayMakes:
			out[e.from] = append(out[e.from], i)
			made[e.to] = true
		case WayAdds:
			rest[0] = append(rest[0], i)
		default:
			rest[1] = append(rest[1], i)
		}
	}
	var queue, order []int
	seen := make([]bool, n)
	begin := func(i int) {
		if !seen[i] {
			seen[i] = true
			queue = append(queue, i)
		}
	}
	on := func() {
		for ; len(queue) > 0; queue = queue[1:] {
			order = append(order, out[queue[0]]...)
			for _, j := range out[queue[0]] {
				begin(edges[j].to)
			}
		}
	}
	for i := range n {
		if !made[i] {
			begin(i)
		}
	}
	on()
	for i := range n {
		begin(i)
		on()
	}
	return append(append(order, rest[0]...), rest[1]...)
}

// reaches tells whether one leads to the other by what is below.
func reaches(below [][]int, from, to int) bool {
	seen := make([]bool, len(below))
	stack := []int{from}
	for len(stack) > 0 {
		i := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if i == to {
			return true
		}
		if !seen[i] {
			seen[i] = true
			stack = append(stack, below[i]...)
		}
	}
	return false
}

// downwards gives the apps so that each comes before all that is below it.
func downwards(below [][]int) []int {
	above := make([]int, len(below))
	for _, list := range below {
		for _, j := range list {
			above[j]++
		}
	}
	var order []int
	for i := range below {
		if above[i] == 0 {
			order = append(order, i)
		}
	}
	for at := 0; at < len(order); at++ {
		for _, j := range below[order[at]] {
			if above[j]--; above[j] == 0 {
				order = append(order, j)
			}
		}
	}
	return order
}
