using System.Globalization;
using Xunit;

namespace Ips.Policies.Tests;

/// <summary>A receipt has the same bytes wherever it is written.</summary>
public sealed class CultureTests
{
    [Theory]
    [InlineData("de-DE")]
    [InlineData("ar-SA")]
    [InlineData("fa-IR")]
    [InlineData("th-TH")]
    [InlineData("tr-TR")]
    public void Receipt_is_culture_invariant(string culture)
    {
        var plain = Receipts(CultureInfo.InvariantCulture);
        Assert.Equal(plain, Receipts(CultureInfo.GetCultureInfo(culture)));
    }

    private static List<string> Receipts(CultureInfo culture)
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = culture;
            PolicyEngine engine = new(PackReader.ReadShipped());
            return [.. Questions.All.Select(q => Questions.Decide(q, Questions.FactsOf(q), engine: engine).Json)];
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
