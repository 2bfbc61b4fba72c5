using Xunit.v3;

// These tests mostly wait for servers: more of them at a time than there are processors.
[assembly: Parallelization(MaxThreads = 4)]
