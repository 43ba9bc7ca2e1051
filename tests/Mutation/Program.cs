using System.Globalization;
using Ips.Mutation;
using Ips.Policies;
using Ips.Policies.Tool;

// Changes the evaluators one expression at a time and lists the changes that no row and no case detects. docs/how-to-change-a-rule.md says when to run it.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (Checkout.Here() is not { } checkout)
{
    Console.Error.WriteLine("Run this inside the checkout: no folder policies/packs was found above here.");
    return 2;
}

PolicyEngine engine = new(checkout.ReadPacks());
var sentences = RowFiles.Read(checkout.Packs).Select(r => AnswerPages.Sentence(engine, r)).ToArray();
var schemata = Schemata.Of(Path.Combine(checkout.Root, "policies"));
var last = schemata.Mutants.Max(m => m.Id);
var fates = Array.ConvertAll(new Copy(schemata.Library).Call<int[]>(nameof(Trial.Survey), checkout.Root, last, sentences), f => (Fate)f);
foreach (var mutant in schemata.Mutants.Where(m => fates[m.Id] == Fate.NeedsFreshStart))
    fates[mutant.Id] = (Fate)new Copy(schemata.Library).Call<int>(nameof(Trial.FromTheStart), checkout.Root, last, sentences, mutant.Id);

var survivors = schemata.Mutants.Where(m => fates[m.Id] != Fate.Noticed).ToList();
IReadOnlyList<Unproved> explained;
using (StreamReader file = new(Path.Combine(checkout.Root, "tests", "Mutation", "explained.txt")))
    explained = Unproved.Read(file);
var unexplained = survivors.Where(m => !explained.Any(e => e.Explains(m.Key))).ToList();
foreach (var mutant in unexplained)
    Console.WriteLine($"{(fates[mutant.Id] == Fate.NeverReached ? "never reached" : "not noticed")}: {mutant}");
var stale = explained.Where(e => !survivors.Exists(m => e.Explains(m.Key))).ToList();
foreach (var entry in stale)
    Console.WriteLine($"explained.txt explains what does not happen any more, take it out: {entry.Key}");
Console.WriteLine($"{schemata.Mutants.Count - survivors.Count} noticed, {unexplained.Count} not, {survivors.Count - unexplained.Count} explained");
return unexplained.Count + stale.Count == 0 ? 0 : 1;
