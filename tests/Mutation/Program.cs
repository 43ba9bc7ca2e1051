using System.Globalization;
using Ips.Mutation;
using Ips.Policies;
using Ips.Policies.Tool;

// Changes the evaluators one expression at a time and tells which changes no row and no case notices. docs/how-to-change-a-rule.md says when to run it.
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
var explained = Explained.Read(Path.Combine(checkout.Root, "tests", "Mutation", "explained.txt"));
foreach (var mutant in survivors.Where(m => !explained.Any(e => e.Explains(m))))
    Console.WriteLine($"{(fates[mutant.Id] == Fate.NeverReached ? "never reached" : "not noticed")}: {mutant}");
var stale = explained.Where(e => !survivors.Exists(e.Explains)).ToList();
foreach (var entry in stale)
    Console.WriteLine($"explained.txt explains what does not happen any more, take it out: {entry.Key}");
var not = survivors.Count(m => !explained.Any(e => e.Explains(m)));
Console.WriteLine($"{schemata.Mutants.Count - survivors.Count} noticed, {not} not, {survivors.Count - not} explained");
return not + stale.Count == 0 ? 0 : 1;
