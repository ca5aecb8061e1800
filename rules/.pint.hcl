# What pint checks without a server: syntax, templates, comparisons, aggregation, names.
parser {
  relaxed = []
}
