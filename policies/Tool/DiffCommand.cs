using System.CommandLine;
using System.Globalization;

namespace Ips.Policies.Tool;

/// <summary><c>diff P Q</c> or <c>diff P@DAY P@DAY</c>: what differs between two programs or two days.</summary>
internal static class DiffCommand
{
    public static Command Create()
    {
        Argument<string> left = new("LEFT") { Description = "A program, or a program on a day: nc-state@2023-09-30." };
        Argument<string> right = new("RIGHT") { Description = "The program or day to compare with." };
        Command command = new("diff", "What differs between two programs or two days, rule by rule in words.") { left, right, Output.Json };
        command.SetAction(result => Output.InCheckout(checkout =>
        {
            var packs = checkout.ReadPacks();
            var (from, to) = (Read(packs, result.GetRequiredValue(left)), Read(packs, result.GetRequiredValue(right)));
            var differences = PackDiff.Compare(from, to);
            if (result.GetValue(Output.Json))
                Output.Write(differences);
            else
                Print(differences, from, to);
            return 0;
        }));
        return command;
    }

    private static void Print(IReadOnlyList<RuleDifference> differences, TextOn left, TextOn right)
    {
        foreach (var subject in differences.GroupBy(d => d.Subject, StringComparer.Ordinal))
        {
            Console.WriteLine(RuleWords.Title(subject.Key));
            foreach (var difference in subject)
                Console.WriteLine($"  {difference.Rule}: {difference.Difference}");
        }

        Console.WriteLine($"{differences.Count} differences between {left} and {right}");
    }

    private static TextOn Read(IReadOnlyList<Pack> packs, string text)
    {
        var parts = text.Split('@');
        var pack = packs.FirstOrDefault(p => p.Id == parts[0] && p.Header.IsProgram)
            ?? throw new InvalidDataException($"'{parts[0]}' is no program; write one of {string.Join(", ", packs.Where(p => p.Header.IsProgram).Select(p => p.Id).Order(StringComparer.Ordinal))}");
        if (parts.Length == 1)
            return new(pack, null);
        return parts.Length == 2 && DateOnly.TryParseExact(parts[1], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? new(pack, day)
            : throw new InvalidDataException($"'{text}' is no program on a day; write {parts[0]}@YYYY-MM-DD");
    }
}
