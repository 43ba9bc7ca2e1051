using System.Text;
using Xunit;

namespace Ips.X12.Tests;

/// <summary>An excerpt shows what a file says about one claim, and nothing about other people.</summary>
public sealed class ClaimExcerptTests
{
    [Fact]
    public void Of_a_file_of_claims_one_claim_is_shown_with_its_levels()
    {
        var other = A.Claim("HW-2") with { Subscriber = A.Pat with { LastName = "SECRET", MemberId = "900000009K" } };
        var file = A.Write(A.Claim("HW-1"), other, A.Claim("HW-3"));
        var excerpt = Of(file, "HW-3");
        foreach (var part in new[] { "ISA*", "ST*837", "NM1*41", "NM1*85", "HL*4*1*22", "CLM*HW-3*", "REF*6R*HW-3-1", "SE*", "IEA*" })
            Assert.Single(excerpt.Split('\n'), line => line.StartsWith(part, StringComparison.Ordinal));
        Assert.DoesNotContain("SECRET", excerpt, StringComparison.Ordinal);
        Assert.DoesNotContain("HW-1", excerpt, StringComparison.Ordinal);
        Assert.Equal("", Of(file, "HW-9"));
    }

    [Theory]
    [InlineData("277ca_one_accepted_one_rejected.txt", "HW-2026-0019", "HW-2026-0018")]
    [InlineData("835_reversal_and_correction.txt", "HW-2026-0022", "HW-2026-0020")]
    [InlineData("999_with_ta1_before_gs.txt", "HW-2026-0017", "HW-2026-0018")]
    public void Answers_of_payers_are_shown_for_one_claim(string name, string claim, string other)
    {
        var file = Encoding.ASCII.GetString(((MemoryStream)Sample.Accepted(name)).ToArray());
        var excerpt = Of(file, claim);
        Assert.Contains(claim, excerpt, StringComparison.Ordinal);
        Assert.DoesNotContain(other, excerpt, StringComparison.Ordinal);
        var whole = file.ReplaceLineEndings("").Split('~');
        Assert.All(excerpt.Split("~\n", StringSplitOptions.RemoveEmptyEntries), segment => Assert.Contains(segment, whole));
    }

    [Fact]
    public void A_payers_number_finds_a_claim_whose_number_the_payer_changed()
    {
        var file = Encoding.ASCII.GetString(((MemoryStream)Sample.Accepted("835_modifier_not_returned.txt")).ToArray());
        var payerClaim = Assert.IsType<Remittance>(Assert.Single(X12Documents.Read(Sample.Of(file)))).Claims[0].PayerClaim;
        Assert.Contains("CLP*", Encoding.ASCII.GetString(ClaimExcerpt.Of(Sample.Of(file), "NOT-OURS", payerClaim)), StringComparison.Ordinal);
        Assert.Equal("", Of(file, "NOT-OURS"));
    }

    private static string Of(string file, string claim) => Encoding.ASCII.GetString(ClaimExcerpt.Of(Sample.Of(file), claim, ""));
}
