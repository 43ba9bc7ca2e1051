using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Ips.Contracts.Common.V1;
using Ips.Testing;
using Xunit;

namespace Ips.Rpc.Tests;

/// <summary>What every request of every service is checked for, walked over the whole contract.</summary>
public sealed class RequestCheckTests
{
    private static readonly DateOnly Today = new(2026, 3, 1);

    [Fact]
    public void A_text_with_a_control_character_is_refused_wherever_it_stands()
    {
        foreach (var (message, field) in Fields(FieldType.String))
        {
            foreach (var wrong in new[] { "a\0b", "a\u001bb", "\u0085" })
                Assert.Contains(field.Name, Name(Wrong(With(message, field, wrong))), StringComparison.Ordinal);
            if (field.Name != "request_id")
                Assert.DoesNotContain("control", Texts(With(message, field, "two\r\nlines\tand é")), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_text_in_a_nested_list_is_named_with_its_place() =>
        Assert.Equal("goals[1]", Assert.Single(Wrong(new Contracts.Eligibility.V1.CareerProfileContent { Goals = { "one", "t\0wo" } })).Field);

    [Fact]
    public void A_day_that_reports_the_past_does_not_lie_in_the_future()
    {
        var past = Days().Where(day => day.Order.Tense == Tense.Past).ToList();
        Assert.True(past.Count > 30, $"{past.Count} days report the past");
        foreach (var (message, field, _) in past)
        {
            Assert.Equal($"{field.FullName}: lies in the future; send a day up to today",
                $"{field.FullName}: {Texts(With(message, field, Today.AddDays(1).Day()))}");
            Assert.Empty(Wrong(With(message, field, Today.Day())));
        }

        foreach (var (message, field, _) in Days().Where(day => day.Order.Tense == Tense.Any))
            Assert.Empty(Wrong(With(message, field, Today.AddDays(1).Day())));
    }

    [Fact]
    public void A_later_day_does_not_lie_before_an_earlier_one_of_the_same_message()
    {
        var pairs = Days().SelectMany(
            day => day.Order.NotBefore.Where(earlier => !earlier.Contains('.')), (day, earlier) => (day.Message, day.Field, earlier)).ToList();
        Assert.True(pairs.Count > 12, $"{pairs.Count} pairs of days");
        foreach (var (message, field, earlier) in pairs)
        {
            var request = With(message, field, Today.AddDays(-1).Day());
            Assert.Empty(Wrong(request));
            message.FindFieldByName(earlier).Accessor.SetValue(request, Today.Day());
            Assert.Equal((field.Name, $"lies before {earlier}"), Only(request));
            field.Accessor.SetValue(request, Today.Day());
            Assert.Empty(Wrong(request));
        }
    }

    [Fact]
    public void Every_spelling_of_a_request_id_is_the_same_id()
    {
        var id = Guid.NewGuid();
        foreach (var (message, field) in Fields(FieldType.String).Where(each => each.Field.Name == "request_id"))
        {
            var (small, capitals, braces) = (With(message, field, id.ToString()), With(message, field, id.ToString().ToUpperInvariant()),
                With(message, field, id.ToString("B")));
            Assert.Empty(Wrong(small));
            Assert.Empty(Wrong(capitals));
            Assert.Empty(Wrong(braces));
            Assert.Equal(small, capitals);
            Assert.Equal(small, braces);
        }
    }

    private static IEnumerable<(MessageDescriptor Message, FieldDescriptor Field)> Fields(FieldType type) =>
        DaysOfRequests.Messages.SelectMany(message => message.Fields.InDeclarationOrder().Where(f => f.FieldType == type && !f.IsMap), (m, f) => (m, f));

    private static IEnumerable<(MessageDescriptor Message, FieldDescriptor Field, DayOrder Order)> Days() =>
        from each in Fields(FieldType.String)
        let order = DaysOfRequests.OrderOf(each.Field)
        where order is not null
        select (each.Message, each.Field, order);

    private static IMessage With(MessageDescriptor message, FieldDescriptor field, string value)
    {
        var request = message.Parser.ParseFrom([]);
        if (field.IsRepeated)
            ((IList)field.Accessor.GetValue(request)).Add(value);
        else
            field.Accessor.SetValue(request, value);
        return request;
    }

    private static IReadOnlyList<Problem.Invalid> Wrong(IMessage request)
    {
        try
        {
            RequestChecks.Demand(request, Today);
            return [];
        }
        catch (ProblemException refused)
        {
            var first = (Problem.Invalid)refused.Problem;
            return [first, .. first.Others];
        }
    }

    private static string Name(IReadOnlyList<Problem.Invalid> wrong) => string.Join(' ', wrong.Select(w => w.Field));

    private static string Texts(IMessage request) => string.Join(' ', Wrong(request).Select(w => w.Why));

    private static (string, string) Only(IMessage request)
    {
        var wrong = Assert.Single(Wrong(request));
        return (wrong.Field, wrong.Why);
    }
}
