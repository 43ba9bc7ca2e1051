using Ips.Contracts;
using Ips.Eligibility.Individuals;
using Ips.Testing;
using Xunit;

namespace Ips.Eligibility.Tests;

/// <summary>The person as recorded at an instant: what was current then, without later records and corrections.</summary>
public sealed class KnownThenTests
{
    private static readonly DateTimeOffset Registered = FixedClock.At("2026-03-02").GetUtcNow();
    private static readonly Guid Span = Guid.CreateVersion7(Registered);

    [Fact]
    public void Before_registration_nothing_is_known() => Assert.Null(Someone().Known(Registered.AddTicks(-10)));

    [Fact]
    public void A_corrected_fact_is_read_as_it_was_at_each_instant_and_only_the_current_version_counts()
    {
        var one = Someone();
        var first = Covered("payer-a", Registered.AddDays(1));
        one.Facts.Add(first);
        Assert.Empty(one.Known(Registered)!.Enrollments);

        var corrected = Registered.AddDays(5);
        first.Supersede(corrected, "agency", "WRONG_VALUE", null);
        one.Facts.Add(Covered("payer-b", corrected) with { Version = 2 });
        Assert.Equal("payer-b", Assert.Single(one.Enrollments).Payer);
        Assert.Equal("payer-b", Assert.Single(one.Known(corrected)!.Enrollments).Payer);
        Assert.Equal("payer-a", Assert.Single(one.Known(corrected.AddTicks(-10))!.Enrollments).Payer);
        Assert.Equal(2, one.Facts.Count);
    }

    [Fact]
    public void A_retracted_fact_is_current_until_its_retraction()
    {
        var one = Someone();
        Diagnosis diagnosis = new(Span, "SMI", null, true, null, null, null, Registered);
        one.Facts.Add(diagnosis);
        diagnosis.Supersede(Registered.AddDays(3), "agency", "ENTERED_BY_MISTAKE", null);
        Assert.Empty(one.Diagnoses);
        Assert.Single(one.Known(Registered.AddDays(2))!.Diagnoses);
        Assert.Empty(one.Known(Registered.AddDays(3))!.Diagnoses);
    }

    [Fact]
    public void Personal_data_is_read_as_it_was_before_each_correction()
    {
        var one = Someone();
        Correct(one, 1, Registered, Registered.AddDays(2));
        Correct(one, 2, Registered.AddDays(2), Registered.AddDays(4));
        one.PersonalData = [3];
        Assert.Equal([1], one.Known(Registered)!.PersonalData);
        Assert.Equal([2], one.Known(Registered.AddDays(2))!.PersonalData);
        Assert.Equal([3], one.Known(Registered.AddDays(4))!.PersonalData);
    }

    [Fact]
    public void A_fact_from_a_merge_is_unknown_on_this_record_before_the_merge()
    {
        var one = Someone();
        one.Facts.Add(Covered("payer-a", Registered.AddDays(1)) with { JoinedAt = Registered.AddDays(6) });
        Assert.Empty(one.Known(Registered.AddDays(5))!.Enrollments);
        Assert.Single(one.Known(Registered.AddDays(6))!.Enrollments);
    }

    private static void Correct(Individual one, byte was, DateTimeOffset from, DateTimeOffset at)
    {
        FormerPersonalData former = new(Guid.CreateVersion7(at), [was], from);
        former.Supersede(at, "agency", "WRONG_VALUE", null);
        one.Facts.Add(former);
    }

    private static Individual Someone() =>
        new() { Id = new IndividualId(Guid.CreateVersion7(Registered)), Provider = "agency", PersonalData = [3], RecordedAt = Registered };

    private static Enrollment Covered(string payer, DateTimeOffset recorded) =>
        new(Span, payer, DateOnly.FromDateTime(Registered.UtcDateTime), null, "state", "", null, null, recorded);
}
