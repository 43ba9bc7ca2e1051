using Xunit;

namespace Ips.Rpc.Tests;

/// <summary>A text of one line gets one spelling, and what a reader does not see is refused.</summary>
public sealed class RequestTextTests
{
    [Theory]
    [InlineData("  Anna ", "Anna")]
    [InlineData("Mary\u00a0 Ann", "Mary Ann")]
    [InlineData("Zoe\u0308", "Zo\u00eb")]
    [InlineData("O'Neill-Smith", "O'Neill-Smith")]
    [InlineData("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645")]
    public void It_is_stored_without_blanks_around_it(string sent, string stored)
    {
        RequestValidator fields = new();
        Assert.Equal(stored, fields.Text("given_name", sent, 100));
        Assert.Null(fields.Problem);
    }

    [Theory]
    [InlineData("Zoe\u200b", "invisible")]
    [InlineData("\u202eanna", "invisible")]
    [InlineData("\u2066anna", "invisible")]
    [InlineData("an\ufeffna", "invisible")]
    [InlineData("an\u00adna", "invisible")]
    [InlineData("a\u0301\u0301\u0301\u0301\u0301nna", "accents")]
    [InlineData("an\nna", "control")]
    [InlineData("\u00a0 ", "missing")]
    public void What_a_reader_does_not_see_is_refused(string sent, string says)
    {
        RequestValidator fields = new();
        fields.Text("given_name", sent, 100);
        var wrong = Assert.IsType<Problem.Invalid>(fields.Problem);
        Assert.Equal("given_name", wrong.Field);
        Assert.Contains(says, wrong.Why, StringComparison.Ordinal);
    }
}
