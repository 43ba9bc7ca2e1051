using System.Globalization;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Ips.Policies.Tool;

/// <summary>A receipt of a released pack, by its hash.</summary>
/// <param name="Decision">The decision.</param>
/// <param name="AsOf">The as-of day.</param>
/// <param name="Sha256">SHA-256 of the receipt's bytes, lower-case hex.</param>
/// <param name="Facts">The facts.</param>
public sealed record ReleasedReceipt(string Decision, DateOnly AsOf, string Sha256, JsonElement Facts);

/// <summary>The folder of releases: a folder for each version of each pack, with its files and receipts.</summary>
public static class Releases
{
    private const string Receipts = "receipts.jsonl";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Packs that differ from the release of their version: a receipt could not say which of the two it was taken under.</summary>
    public static IEnumerable<PackProblem> Unversioned(IReadOnlyList<Pack> packs, Checkout checkout)
    {
        var released = ReleasedPacks.Read(Files(checkout)).ToLookup(r => (r.Id, r.Version), r => r.Hash);
        return packs.Where(p => released[(p.Id, p.Version)] is var hashes && hashes.Any() && !hashes.Contains(p.Hash, StringComparer.Ordinal)).Select(p =>
            new PackProblem($"{p.Id}/pack.yaml", 1, $"differs from {p.Id} {p.Version}, which was released, in its files or in those of its parent",
                "raise version:, and run the command release when the change is complete"));
    }

    /// <summary>Releases every pack whose content was not released before.</summary>
    /// <returns>The folders that were written.</returns>
    public static IReadOnlyList<string> Make(Checkout checkout, IReadOnlyList<Pack> packs)
    {
        var known = ReleasedPacks.Read(Files(checkout)).Select(r => r.Hash).ToHashSet(StringComparer.Ordinal);
        var files = PackFiles.Below(checkout.Packs);
        var questions = checkout.ReadQuestions();
        List<string> made = [];
        foreach (var pack in packs.Where(p => !known.Contains(p.Hash)))
        {
            var folder = ReleasedPacks.FolderOf(pack);
            foreach (var (path, text) in files.Where(f => f.Key.StartsWith(pack.Id + "/", StringComparison.Ordinal)))
            {
                var file = Path.Combine(checkout.Released, folder, path[(pack.Id.Length + 1)..]);
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                File.WriteAllText(file, text);
            }

            if (pack.Header.IsProgram)
            {
                File.WriteAllLines(Path.Combine(checkout.Released, folder, Receipts),
                    ReceiptsOf(pack, questions).Select(r => JsonSerializer.Serialize(r, Json)));
            }

            made.Add(folder);
        }

        return made;
    }

    /// <summary>The receipts that were kept with a release.</summary>
    public static IEnumerable<ReleasedReceipt> ReceiptsOf(Checkout checkout, Pack pack) =>
        File.ReadLines(Path.Combine(checkout.Released, ReleasedPacks.FolderOf(pack), Receipts))
            .Select(line => JsonSerializer.Deserialize<ReleasedReceipt>(line, Json)!);

    /// <summary>The hash of a receipt's bytes.</summary>
    public static string Hash(Decision decision) => Convert.ToHexStringLower(SHA256.HashData(decision.Utf8.Span));

    // A receipt for each verdict of each rule is enough: the first question that shows it.
    private static IEnumerable<ReleasedReceipt> ReceiptsOf(Pack pack, IReadOnlyList<DecisionCase> questions)
    {
        PolicyEngine engine = new([pack]);
        HashSet<(string, RuleId, Verdict)> shown = [];
        foreach (var question in questions.Where(q => q.Program == pack.Id))
        {
            if (Guarding.Evidence.Decide(engine, question) is { } decided
                && decided.Verdicts.Select(v => shown.Add((decided.Name, v.Rule, v.Verdict))).ToList().Contains(true))
                yield return new(question.Decision, question.AsOf, Hash(decided), question.Facts);
        }
    }

    private static IReadOnlyDictionary<string, string> Files(Checkout checkout) =>
        Directory.Exists(checkout.Released) ? PackFiles.Below(checkout.Released) : new Dictionary<string, string>(StringComparer.Ordinal);
}
