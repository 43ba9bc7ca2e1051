using System.Globalization;
using Ips.Mutation;
using Ips.Policies;
using Ips.Policies.Tool;

// Changes the evaluators one expression at a time and lists the changes that no row and no case detects. docs/how-to-change-a-rule.md says when to run it.
// With "--since <commit>" only expressions on lines that differ from the commit are changed, at most so many: .ci/run has two minutes for it.
const int AtMost = 200;
const int Seed = 1;
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is not ([] or ["--since", _]))
{
    Console.Error.WriteLine($"Found the arguments '{string.Join(' ', args)}'. Expected none, or --since <commit>.");
    return 2;
}

if (Checkout.Here() is not { } checkout)
{
    Console.Error.WriteLine("Run this inside the checkout: no folder policies/packs was found above here.");
    return 2;
}

ChangedLines? changed = null;
if (args is [_, var commit])
{
    changed = ChangedLines.Since(commit, checkout.Root);
    if (changed is not { Count: > 0 })
    {
        Console.WriteLine(changed is null
            ? $"Skipped: this clone does not have the commit '{commit}'."
            : $"The evaluators are as they were at {commit}: nothing to try.");
        return 0;
    }
}

PolicyEngine engine = new(checkout.ReadPacks());
var sentences = RowFiles.Read(checkout.Packs).Select(r => AnswerPages.Sentence(engine, r)).ToArray();
var schemata = Schemata.Of(Path.Combine(checkout.Root, "policies"), file => changed is null || changed.In(file));
var mutants = schemata.Mutants;
if (changed is not null)
{
    Mutant[] candidates = [.. mutants.Where(changed.Has)];
    new Random(Seed).Shuffle(candidates);
    mutants = [.. candidates.Take(AtMost).OrderBy(m => m.Id)];
    Console.WriteLine($"{mutants.Count} of the {candidates.Length} changes possible on {changed.Count} lines since {args[1]} (at most {AtMost}, seed {Seed})");
    if (mutants.Count == 0)
        return 0;
}

var tried = new bool[schemata.Mutants[^1].Id + 1];
foreach (var mutant in mutants)
    tried[mutant.Id] = true;
var fates = Array.ConvertAll(new Copy(schemata.Library).Call<int[]>(nameof(Trial.Survey), checkout.Root, tried, sentences), f => (Fate)f);
foreach (var mutant in mutants.Where(m => fates[m.Id] == Fate.NeedsFreshStart))
    fates[mutant.Id] = (Fate)new Copy(schemata.Library).Call<int>(nameof(Trial.FromTheStart), checkout.Root, tried, sentences, mutant.Id);

var survivors = mutants.Where(m => fates[m.Id] != Fate.Noticed).ToList();
IReadOnlyList<Unproved> explained;
using (StreamReader file = new(Path.Combine(checkout.Root, "tests", "Mutation", "explained.txt")))
    explained = Unproved.Read(file);
var unexplained = survivors.Where(m => !explained.Any(e => e.Explains(m.Key))).ToList();
foreach (var mutant in unexplained)
    Console.WriteLine($"{(fates[mutant.Id] == Fate.NeverReached ? "never reached" : "not noticed")}: {mutant}");
// Only when everything was tried is an entry without a survivor out of date.
var stale = changed is not null ? [] : explained.Where(e => !survivors.Exists(m => e.Explains(m.Key))).ToList();
foreach (var entry in stale)
    Console.WriteLine($"explained.txt explains what does not happen any more, take it out: {entry.Key}");
Console.WriteLine($"{mutants.Count - survivors.Count} noticed, {unexplained.Count} not, {survivors.Count - unexplained.Count} explained");
return unexplained.Count + stale.Count == 0 ? 0 : 1;
