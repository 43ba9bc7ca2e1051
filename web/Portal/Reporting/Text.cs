using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Ips.Contracts.Reporting.V1;

namespace Ips.Portal.Reporting;

/// <summary>How values read on a page.</summary>
internal static class Text
{
    /// <summary>A code in words: <c>service-order-renewal</c> is "Service order renewal".</summary>
    public static string Words(string code) => code.Length == 0 ? code : string.Concat(char.ToUpperInvariant(code[0]).ToString(), code[1..].Replace('-', ' '));

    /// <summary>A number with thousands separated.</summary>
    public static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A figure's number, or that it is withheld.</summary>
    public static string Number(Figure figure) => figure.Suppressed ? Withheld : Number(figure.Count);

    /// <summary>What stands in the place of a number that is withheld.</summary>
    public const string Withheld = "withheld";

    /// <summary>An amount as the contract writes it, with thousands separated.</summary>
    public static string Money(Contracts.Common.V1.Money money) =>
        $"{money.CurrencyCode} {decimal.Parse(money.Amount, CultureInfo.InvariantCulture).ToString("N2", CultureInfo.InvariantCulture)}";

    /// <summary>An instant in UTC.</summary>
    public static string Instant(Timestamp at) => at.ToDateTimeOffset().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>An instant for machines.</summary>
    public static string Machine(Timestamp at) => at.ToDateTimeOffset().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
