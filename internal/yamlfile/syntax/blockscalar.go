package syntax

// blockScalar reads a literal or folded scalar (YAML 1.2.2, 8.1) inside the block
// collection at column n. It ends at the start of a line, or at the end.
func (p *parser) blockScalar(n int) ID {
	start, style := p.pos, Literal
	if p.src[start] == '>' {
		style = Folded
	}
	chomp, width := p.blockHeader()
	if p.pos < len(p.src) {
		p.pos = p.breakEnd(p.pos)
		p.line = p.pos
	}
	indent, text := max(n, 0)+width, true
	if width == 0 {
		indent, text = p.blockIndent(n)
	}
	if text {
		p.blockLines(indent)
	}
	id := p.add(Scalar, style, start, p.pos)
	p.nodes[id].chomp = chomp
	p.nodes[id].indent = int32(indent)
	return id
}

// blockHeader reads |, its indicators and its comment, up to the break; width is
// 0 where no indentation is given.
func (p *parser) blockHeader() (chomp int8, width int) {
	start := p.pos
	for p.pos++; p.pos < len(p.src); p.pos++ {
		c := p.src[p.pos]
		switch {
		case c == '+' && chomp == 0:
			chomp = 1
		case c == '-' && chomp == 0:
			chomp = -1
		case c >= '1' && c <= '9' && width == 0:
			width = int(c - '0')
		default:
			p.blanks()
			if !p.atLineEnd() {
				p.fail(BlockHeader, start)
			}
			p.pos = p.lineEnd(p.pos)
			return chomp, width
		}
	}
	return chomp, width
}

// blockIndent finds the indentation of a block scalar without indicator: that of
// its first text line, or, where a blank line before it is deeper or there is no
// text, that of the deepest blank line; the scalar then has no text, and the next
// byte is the start of the line behind it.
func (p *parser) blockIndent(n int) (indent int, text bool) {
	s := p.src
	indent = n + 1
	for i := p.pos; ; {
		p.line, p.pos = i, i
		for i < len(s) && s[i] == ' ' {
			i++
		}
		depth := i - p.line
		if i >= len(s) {
			p.pos = i
			return max(indent, depth), false
		}
		if s[i] == '\t' && depth <= n {
			p.fail(TabIndent, i)
		}
		if isBreak(s[i]) {
			indent = max(indent, depth)
			i = p.breakEnd(i)
			continue
		}
		if depth >= indent && !p.isMarker(p.line) {
			return depth, true
		}
		if depth > n {
			p.refuseShallow(i)
		}
		return indent, false
	}
}

// refuseShallow refuses text at i that is less deep than a blank line before it,
// but deeper than what may follow the scalar.
func (p *parser) refuseShallow(i int) {
	for i < len(p.src) && isBlank(p.src[i]) {
		i++
	}
	if i < len(p.src) && !isBreak(p.src[i]) && p.src[i] != '#' && !p.isMarker(p.line) {
		p.fail(BlockIndent, i)
	}
}

// blockLines moves over the lines of a block scalar: those indented by indent
// spaces at least, and blank ones.
func (p *parser) blockLines(indent int) {
	s := p.src
	for i := p.pos; ; {
		p.line, p.pos = i, i
		for i < len(s) && s[i] == ' ' && i-p.line < indent {
			i++
		}
		if i >= len(s) {
			p.pos = i
			return
		}
		if !isBreak(s[i]) {
			if i-p.line < indent {
				if s[i] == '\t' {
					p.fail(TabIndent, i)
				}
				return
			}
			if indent == 0 && p.isMarker(i) {
				return
			}
			i = p.lineEnd(i)
			if i >= len(s) {
				p.pos = i
				return
			}
		}
		i = p.breakEnd(i)
	}
}
