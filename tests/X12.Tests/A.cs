using System.Text;

namespace Ips.X12.Tests;

/// <summary>Valid, invented claims; a test changes what it is about.</summary>
internal static class A
{
    public static readonly Address Street = new("100 MAIN ST", null, "DURHAM", "NC", "277011234");

    public static readonly DateTimeOffset Morning = new(2026, 11, 27, 9, 15, 0, TimeSpan.FromHours(-5));

    public static Provider Agency => new("HARBOR WORKS", null, "1234567893", "251S00000X", "561234567", false, Street);

    public static ClaimPayer Payer => new("ALLIANCE HEALTH", "ALNC1", "MC");

    public static Subscriber Pat => new("DOE", "PAT", null, null, "945000001K", new(1988, 2, 29), "F", Street);

    public static ServiceLine Line(string control = "L-0017-1", decimal charge = 2000m) =>
        new(new("HC", "H2023", ["U4", "Z3"]), charge, 1, new(new(2026, 11, 20), new(2026, 11, 20)), control, [1]);

    public static ProfessionalClaim Claim(string number = "HW-2026-0017") => new()
    {
        Claim = number,
        Billing = Agency,
        Subscriber = Pat,
        Payer = Payer,
        Diagnoses = ["F200", "F1020"],
        Lines = [Line(number + "-1")],
        Place = "99",
        Authorization = "ALN000123",
    };

    public static ClaimBatch Batch => new("HARBOR-BATCH-7", new(2026, 11, 27, 9, 15, 0, TimeSpan.Zero), false, "HARBOR WORKS", "IPSHARBOR", "BILLING",
        "9195551212", "ALLIANCE HEALTH", "ALLIANCENC");

    public static OutgoingEnvelope Envelope => new("ZZ", "IPSHARBOR", "ZZ", "ALLIANCENC", Morning, 7, 7, IsTest: true);

    public static string Write(IEnumerable<ProfessionalClaim> claims, Findings findings, WriteOptions? options = null)
    {
        MemoryStream file = new();
        ProfessionalClaimWriter.Write(file, Envelope, Batch, claims, findings, options);
        return Encoding.ASCII.GetString(file.ToArray());
    }

    public static string Write(params ProfessionalClaim[] claims)
    {
        Findings findings = new();
        var text = Write(claims, findings);
        return findings.Errors == 0 ? text : throw new InvalidOperationException(string.Join('\n', findings.Stored));
    }

    public static ValidationReport Check(string file, CompanionProfile? profile = null) => X12Validator.Check(Encoding.ASCII.GetBytes(file),
        profile);

    public static IReadOnlyList<ProfessionalClaim> Read(string file) => X12Documents.Read(Sample.Of(file)).OfType<ProfessionalClaims>().SelectMany(c =>
        c.Claims).ToList();
}
