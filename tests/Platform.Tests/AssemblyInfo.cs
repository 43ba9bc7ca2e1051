using Xunit;

// Each class starts a whole platform: one at a time, or they take each other's processors and patience.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
