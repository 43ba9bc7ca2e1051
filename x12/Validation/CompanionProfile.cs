using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ips.X12;

/// <summary>What one payer requires of professional claims beyond the guide: <c>profiles/*.json</c>. It checks claims (level 7) and prints itself as a page for people.</summary>
public sealed record CompanionProfile
{
    private static readonly JsonSerializerOptions Form = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    private static readonly Lazy<IReadOnlyList<CompanionProfile>> Known = new(() => [.. typeof(CompanionProfile).Assembly.GetManifestResourceNames()
        .Where(n => n.StartsWith("profiles/", StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(ReadResource)]);

    /// <summary>The profiles of the library.</summary>
    public static IReadOnlyList<CompanionProfile> All => Known.Value;

    /// <summary>Its id, the name of its file.</summary>
    public required string Id { get; init; }

    /// <summary>The payer.</summary>
    public required string Name { get; init; }

    /// <summary>What the payer has not confirmed yet; empty when all is.</summary>
    public required IReadOnlyList<string> NeedsConfirmation { get; init; }

    /// <summary>The payer id in NM1*PR; null while unknown.</summary>
    public string? PayerId { get; init; }

    /// <summary>The receiver in ISA08; null while unknown.</summary>
    public string? ReceiverId { get; init; }

    /// <summary>ISA07.</summary>
    public string ReceiverQualifier { get; init; } = "ZZ";

    /// <summary>The characters that it takes.</summary>
    public CharacterSet Characters { get; init; } = CharacterSet.Basic;

    /// <summary>SBR09 that it takes.</summary>
    public required IReadOnlyList<string> FilingIndicators { get; init; }

    /// <summary>CLM05-3 that it takes.</summary>
    public IReadOnlyList<string> Frequencies { get; init; } = ["1", "7", "8"];

    /// <summary>Lines of a claim at most.</summary>
    public int LinesPerClaim { get; init; } = 50;

    /// <summary>Claims of a transaction set at most; more claims make several sets of the same file.</summary>
    public int ClaimsPerSet { get; init; } = ProfessionalClaimWriter.ClaimsPerSet;

    /// <summary>What it does with a claim that it had paid when it denies the replacement.</summary>
    public IReadOnlyList<DeniedReplacement> DeniedReplacements { get; init; } = [];

    /// <summary>What it requires although the guide does not.</summary>
    public IReadOnlyList<PartnerRequirement> Requires { get; init; } = [];

    /// <summary>Days from the last day of service to the file.</summary>
    public IReadOnlyList<FilingLimit> FilingLimits { get; init; } = [];

    /// <summary>How it wants procedures.</summary>
    public IReadOnlyList<ProcedureRule> Procedures { get; init; } = [];

    /// <summary>Reads a profile; unknown members are refused.</summary>
    public static CompanionProfile Read(Stream json) => JsonSerializer.Deserialize<CompanionProfile>(json, Form)!;

    /// <summary>The profile as a page for people, in Markdown.</summary>
    public string Guide()
    {
        StringBuilder page = new();
        Line($"# Claims to {Name}");
        Line($"Professional claims, 837P 005010X222A1. Characters: {Characters}. Receiver {ReceiverQualifier} {ReceiverId ?? "not known"}, payer id {PayerId ?? "not known"}.");
        Line($"Filing indicators (SBR09): {string.Join(", ", FilingIndicators)}. Frequencies (CLM05-3): {string.Join(", ", Frequencies)}. At most {LinesPerClaim} lines in a claim and {ClaimsPerSet} claims in a transaction set.");
        foreach (var requirement in Requires)
            Line($"- Required: {Words(requirement)}");
        foreach (var limit in FilingLimits)
            Line($"- Filing limit {(limit.FilingIndicator is null ? "" : $"for {limit.FilingIndicator} ")}({limit.For}): {limit.Days} days after the last day of service");
        foreach (var denied in DeniedReplacements)
            Line($"- A replacement of a paid claim {(denied.FilingIndicator is null ? "" : $"for {denied.FilingIndicator} ")}that is denied: the original {(denied.OriginalStands ? "stays paid" : "is not paid again; its payment is taken back")}");
        foreach (var rule in Procedures)
            Line($"- {rule.Code}{(rule.FilingIndicator is null ? "" : $" for {rule.FilingIndicator}")}: {(rule.FirstModifier is null ? "" : $"first modifier {rule.FirstModifier}; ")}{(rule.WithoutModifier is null ? "" : $"never modifier {rule.WithoutModifier}; ")}{rule.Why}");
        foreach (var question in NeedsConfirmation)
            Line($"- To be confirmed: {question}");
        return page.ToString();

        void Line(string text) => page.Append(text).Append('\n');
    }

    internal void Check(ProfessionalClaim claim, ClaimBatch batch, ClaimPlaces places, Findings findings)
    {
        if (PayerId is not null && claim.Payer.Id != PayerId)
            Add(places.Of("2010BB", "NM1", 9), "another payer id", PayerId, "Send the claim with the profile of its payer.");
        if (!FilingIndicators.Contains(claim.Payer.FilingIndicator))
            Add(places.Of("2000B", "SBR", 9), $"\"{claim.Payer.FilingIndicator}\"", $"one of {string.Join(", ", FilingIndicators)}",
                "Correct the filing indicator.");
        if (!Frequencies.Contains(claim.Frequency))
            Add(places.Of("2300", "CLM", 5), $"frequency \"{claim.Frequency}\"", $"one of {string.Join(", ", Frequencies)}", "Use another frequency.");
        if (claim.Lines.Count > LinesPerClaim)
            Add(places.Of("2300", "CLM"), $"{claim.Lines.Count} lines", $"at most {LinesPerClaim}", "Split the claim.");
        foreach (var requirement in Requires.Where(r => !IsMet(r, claim)))
            Add(places.Of("2300", "CLM"), "missing", Words(requirement), "Add it.");
        for (var i = 0; i < claim.Lines.Count; i++)
            CheckLine(claim, claim.Lines[i], batch, places.Line(i), places.Line(i, 1));

        void CheckLine(ProfessionalClaim of, ServiceLine line, ClaimBatch file, Position at, Position procedureAt)
        {
            foreach (var limit in FilingLimits.Where(l => l.FilingIndicator is null || l.FilingIndicator == of.Payer.FilingIndicator))
            {
                var days = DateOnly.FromDateTime(file.Created.DateTime).DayNumber - line.Service.Through.DayNumber;
                if (file.Created != default && of.Frequency == "1" && days > limit.Days)
                    Add(at, $"{days} days after the service", $"at most {limit.Days} ({limit.For})",
                        "The filing limit has passed: ask the payer for an exception before sending.");
            }

            foreach (var rule in Procedures.Where(r => r.Code == line.Procedure.Code && (r.FilingIndicator is null
                || r.FilingIndicator == of.Payer.FilingIndicator)))
            {
                if (rule.FirstModifier is not null && (line.Procedure.Modifiers.Count == 0 || line.Procedure.Modifiers[0] != rule.FirstModifier))
                    Add(procedureAt, $"{rule.Code} without first modifier {rule.FirstModifier}", $"{rule.Code} {rule.FirstModifier}", rule.Why);
                if (rule.WithoutModifier is not null && line.Procedure.Modifiers.Contains(rule.WithoutModifier))
                    Add(procedureAt, $"{rule.Code} with modifier {rule.WithoutModifier}", $"{rule.Code} without {rule.WithoutModifier}", rule.Why);
            }
        }

        void Add(Position at, string found, string expected, string fix) => findings.Add(new(SnipLevel.Partner, FindingKind.Partner, at, found,
            $"{expected} ({Name})", fix));
    }

    private static bool IsMet(PartnerRequirement requirement, ProfessionalClaim claim) => requirement switch
    {
        PartnerRequirement.Authorization => claim.Authorization is not null || claim.Lines.All(l => l.Authorization is not null),
        PartnerRequirement.BillingTaxonomy => claim.Billing.Taxonomy is not null,
        PartnerRequirement.RenderingProvider => claim.Rendering is not null,
        PartnerRequirement.RenderingTaxonomy => claim.Rendering is null || claim.Rendering.Taxonomy is not null,
        PartnerRequirement.LineControl => claim.Lines.All(l => l.LineControl.Length > 0),
        PartnerRequirement.AttachmentControl => claim.Attachments.Any(a => a.Control is not null),
        PartnerRequirement.ServiceFacility => claim.Facility is not null,
        _ => throw new ArgumentOutOfRangeException(nameof(requirement), requirement, "unknown requirement"),
    };

    private static string Words(PartnerRequirement requirement) => requirement switch
    {
        PartnerRequirement.Authorization => "the authorization number (REF*G1)",
        PartnerRequirement.BillingTaxonomy => "the taxonomy of the billing provider (PRV*BI)",
        PartnerRequirement.RenderingProvider => "the rendering provider (loop 2310B)",
        PartnerRequirement.RenderingTaxonomy => "the taxonomy of the rendering provider (PRV*PE)",
        PartnerRequirement.LineControl => "line control numbers (REF*6R)",
        PartnerRequirement.AttachmentControl => "the control number of an attachment (PWK06)",
        PartnerRequirement.ServiceFacility => "the service facility (loop 2310C)",
        _ => throw new ArgumentOutOfRangeException(nameof(requirement), requirement, "unknown requirement"),
    };

    private static CompanionProfile ReadResource(string name)
    {
        using var stream = typeof(CompanionProfile).Assembly.GetManifestResourceStream(name)!;
        return Read(stream);
    }
}

/// <summary>Something that a payer requires although the guide does not.</summary>
public enum PartnerRequirement
{
    /// <summary>The authorization number.</summary>
    Authorization,

    /// <summary>The taxonomy of the billing provider.</summary>
    BillingTaxonomy,

    /// <summary>The rendering provider.</summary>
    RenderingProvider,

    /// <summary>The taxonomy of the rendering provider, if there is one.</summary>
    RenderingTaxonomy,

    /// <summary>Line control numbers.</summary>
    LineControl,

    /// <summary>The control number of an attachment.</summary>
    AttachmentControl,

    /// <summary>The service facility.</summary>
    ServiceFacility,
}

/// <summary>How long after a service its claim may be sent.</summary>
/// <param name="FilingIndicator">SBR09 that it is for; null for all.</param>
/// <param name="Days">Calendar days after the last day of service, the last day included.</param>
/// <param name="For">The money that it is for, in words.</param>
public sealed record FilingLimit(string? FilingIndicator, int Days, string For);

/// <summary>What a payer does with a claim that it had paid when it denies the replacement.</summary>
/// <param name="FilingIndicator">SBR09 that it is for; null for all.</param>
/// <param name="OriginalStands">Whether the original is paid still; otherwise the payer takes its payment back.</param>
/// <param name="Why">Where that comes from.</param>
public sealed record DeniedReplacement(string? FilingIndicator, bool OriginalStands, string Why);

/// <summary>How a payer wants a procedure.</summary>
/// <param name="Code">The procedure.</param>
/// <param name="FilingIndicator">SBR09 that it is for; null for all.</param>
/// <param name="FirstModifier">The modifier that comes first.</param>
/// <param name="WithoutModifier">A modifier that it must not have.</param>
/// <param name="Why">The reason and what to do.</param>
public sealed record ProcedureRule(string Code, string? FilingIndicator, string? FirstModifier, string? WithoutModifier, string Why);
