// The tests share one operator, and one of them kills it.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
