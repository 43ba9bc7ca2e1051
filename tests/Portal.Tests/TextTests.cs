using System.Globalization;
using Ips.Contracts.Eligibility.V1;
using Xunit;

namespace Ips.Portal.Tests;

/// <summary>How values read on a page.</summary>
public sealed class TextTests
{
    [Theory]
    [InlineData("2026-01-09", "2026-01-09", 0)]   // Friday
    [InlineData("2026-01-09", "2026-01-11", 0)]   // to Sunday
    [InlineData("2026-01-09", "2026-01-12", 1)]   // to Monday
    [InlineData("2026-01-05", "2026-01-19", 10)]  // Monday, two weeks on
    [InlineData("2026-01-12", "2026-01-09", 0)]
    public void Business_days_leave_out_the_first_day_and_weekends(string after, string through, int days) => Assert.Equal(days, Text.BusinessDays(Day(after), Day(through)));

    [Theory]
    [InlineData(-2, "overdue by 2 days")]
    [InlineData(-1, "overdue by 1 day")]
    [InlineData(0, "due today")]
    [InlineData(1, "1 day left")]
    [InlineData(2, "2 days left")]
    public void Days_left_are_words(int days, string words) => Assert.Equal(words, Text.DaysLeft(days));

    [Fact]
    public void Members_are_words_of_the_field()
    {
        Assert.Equal("Not medically necessary", Text.Words(PayerReasonCode.NotMedicallyNecessary));
        Assert.Equal("Waiting for information", Text.Words(AuthorizationState.PendedInfo));
        Assert.Equal("Not stated", Text.Words(VrReason.Unspecified));
    }

    private static DateTimeOffset Day(string day) => DateTimeOffset.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
