using System.Text;

namespace Ips.X12.Tool;

/// <summary>The commands. Each returns an exit code: 0 fine, 1 the file has errors, 2 it cannot be read.</summary>
internal static class Commands
{
    public static int Check(FileInfo file, string? profileId) => With(file, stream =>
    {
        var profile = profileId is null ? null : Profile(profileId);
        if (profileId is not null && profile is null)
            return Refuse($"No profile '{profileId}'. There are {string.Join(", ", CompanionProfile.All.Select(p => p.Id))}.");
        var report = X12Validator.Check(stream, profile);
        foreach (var finding in report.Findings.Stored)
            Console.WriteLine($"{(finding.IsError ? "ERROR " : "remark")} {finding}");
        if (report.Findings.Count > report.Findings.Stored.Count)
            Console.WriteLine($"and {report.Findings.Count - report.Findings.Stored.Count} more");
        var sets = report.Interchanges.SelectMany(i => i.Groups).SelectMany(g => g.Sets).ToList();
        Console.WriteLine($"{report.Interchanges.Count} interchanges, {sets.Count} transaction sets, {sets.Count(s => s.Errors > 0)} of them with errors; {report.Findings.Errors} errors and {report.Findings.Count - report.Findings.Errors} remarks");
        return report.IsAcceptable ? 0 : 1;
    });

    public static int Facts(FileInfo file) => With(file, stream =>
    {
        Findings findings = new();
        var facts = FileFacts.Read(stream, findings);
        foreach (var (name, value) in new (string, object)[]
        {
            ("separators", facts.Separators), ("byte-order mark", facts.HasByteOrderMark ? "yes" : "no"), ("segments", facts.Segments),
                ("interchanges", facts.Interchanges), ("groups", facts.Groups),
            ("transaction sets", facts.Sets), ("kinds", string.Join(", ", facts.Kinds)), ("TA1", facts.InterchangeAcknowledgements),
                ("claims sent", facts.Claims), ("lines sent", facts.Lines),
            ("charged", facts.Charged), ("claims answered", facts.AnsweredClaims), ("their states (CLP02)", string.Join(", ", facts.ClaimStates)),
                ("paid (CLP04)", facts.Paid),
            ("provider adjustments (PLB)", facts.ProviderAdjustments), ("payment (BPR02)", facts.Payment),
                ("statuses (STC)", string.Join(", ", facts.StatusCodes)), ("envelope findings", findings.Count),
        })
        {
            Console.WriteLine($"{name + ":",-28}{value}");
        }

        return 0;
    });

    public static int Explain(FileInfo file) => With(file, stream =>
    {
        using TransactionReader reader = new(stream, new(), null, checksElements: false);
        while (reader.Read())
        {
            var segment = reader.Current;
            var depth = reader.Envelope.Part switch { EnvelopePart.Body => 2, EnvelopePart.SetStart or EnvelopePart.SetEnd => 1, _ => 0 };
            var what = reader.Use?.Name ?? (reader.Envelope.Part == EnvelopePart.Body ? "no place in the grammar" : "");
            if (reader.Entered)
                Console.WriteLine($"{"",8}{reader.Loop}");
            Console.WriteLine($"{reader.Position.Segment,6}  {new string(' ', depth * 2)}{Encoding.Latin1.GetString(segment.Bytes)}{(what.Length == 0 ? "" : $"    [{what}]")}");
        }

        return 0;
    });

    public static int Guide(string id)
    {
        if (Profile(id) is not { } profile)
            return Refuse($"No profile '{id}'. There are {string.Join(", ", CompanionProfile.All.Select(p => p.Id))}.");
        Console.Write(profile.Guide());
        return 0;
    }

    private static CompanionProfile? Profile(string id) => CompanionProfile.All.FirstOrDefault(p => p.Id == id);

    private static int With(FileInfo file, Func<Stream, int> run)
    {
        try
        {
            using var stream = file.OpenRead();
            return run(stream);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Refuse(e.Message);
        }
    }

    private static int Refuse(string why)
    {
        Console.Error.WriteLine(why);
        return 2;
    }
}
