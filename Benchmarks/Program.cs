using System.CommandLine;
using RedisClusterAspire.Benchmarks;

var rounds = new Option<int>("--rounds") { Description = "How often each side is measured", DefaultValueFactory = _ => 5 };
var seconds = new Option<int>("--seconds") { Description = "How long each load runs, in seconds", DefaultValueFactory = _ => 10 };
var connections = new Option<int>("--connections") { Description = "Connections kept open by the load", DefaultValueFactory = _ => 64 };
var counterRounds = new Option<int>("--rounds") { Description = "How often each server is measured; the middle one counts", DefaultValueFactory = _ => 1 };
var nodes = new Argument<string>("nodes");

var form = new Command("form", "Forms 3+3 nodes and waits for the first accepted write on every shard, beside redis-cli --cluster create") { rounds };
form.SetAction((arguments, stop) => FormBenchmark.RunAsync(arguments.GetValue(rounds), stop));

var start = new Command("start", "Starts the built AppHost and waits for the first hit served") { rounds };
start.SetAction((arguments, stop) => StartBenchmark.RunAsync(arguments.GetValue(rounds), stop));

var hits = new Command("hits", "Hits per second of the hit counter in the AppHost, beside a bare endpoint of the same web server") { seconds, connections };
hits.SetAction((arguments, stop) => HitsBenchmark.RunAsync(arguments.GetValue(seconds), arguments.GetValue(connections), stop));

var counter = new Command("counter", "Hits per second and latency of the hit counter alone on 3+3 nodes, beside a bare endpoint and one INCR per request") { seconds, counterRounds };
counter.SetAction((arguments, stop) => CounterBenchmark.RunAsync(arguments.GetValue(seconds), arguments.GetValue(counterRounds), stop));

var sizes = new Option<int[]>("--nodes") { Description = "Cluster sizes, even numbers from 6", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [6, 30, 60, 90] };
var scale = new Command("scale", "Create and check at several sizes beside redis-cli, and the planner at 1000 nodes") { sizes };
scale.SetAction((arguments, stop) => ScaleBenchmark.RunAsync(arguments.GetValue(sizes)!, stop));

var rebalanceRounds = new Option<int>("--rounds") { Description = "How often each side is measured", DefaultValueFactory = _ => 3 };
var keys = new Option<int>("--keys") { Description = "Keys in the cluster", DefaultValueFactory = _ => 200_000 };
var replicas = new Option<int>("--replicas") { Description = "Replicas of each shard", DefaultValueFactory = _ => 1 };
var rebalance = new Command("rebalance", "3 -> 4 -> 3 shards under a constant load, beside redis-cli --cluster rebalance") { rebalanceRounds, keys, replicas };
rebalance.SetAction((arguments, stop) => RebalanceBenchmark.RunAsync(
    arguments.GetValue(rebalanceRounds), arguments.GetValue(keys), arguments.GetValue(replicas), stop));

var incr = new Command("incr", "The endpoint with one INCR per request that counter is compared with") { Hidden = true, Arguments = { nodes } };
incr.SetAction((arguments, stop) => CounterBenchmark.ServeIncrementAsync(arguments.GetValue(nodes)!, stop));

var bare = new Command("bare", "The bare endpoint that hits are compared with") { Hidden = true };
bare.SetAction((_, stop) => BareEndpoint.ServeAsync(stop));

return await new RootCommand("What BENCHMARKS.md quotes. Build with -c Release first.") { form, scale, rebalance, start, hits, counter, incr, bare }.Parse(args).InvokeAsync();
