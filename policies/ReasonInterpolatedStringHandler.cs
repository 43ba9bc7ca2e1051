using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Ips.Policies;

/// <summary>
/// A reason that is put into words only when somebody reads it. A decision is taken without text; the first look at its findings
/// evaluates the same pure function again with the text switched on. So a reason stands beside its condition and costs nothing until read.
/// </summary>
[InterpolatedStringHandler]
public ref struct ReasonInterpolatedStringHandler
{
    private readonly StringBuilder? _text;
    private readonly bool _isRemedy;
    private bool _lacksValue;

    /// <summary>Called by the compiler.</summary>
    public ReasonInterpolatedStringHandler(int literalLength, int formattedCount, RuleEvaluation ruling, out bool append)
    {
        append = ruling.Explaining;
        _text = append ? new StringBuilder(literalLength + (formattedCount * 10)) : null;
    }

    /// <summary>Called by the compiler.</summary>
    public ReasonInterpolatedStringHandler(int literalLength, int formattedCount, Judged judged, out bool append)
    {
        append = judged.WantsRemedy;
        _isRemedy = true;
        _text = append ? new StringBuilder(literalLength + (formattedCount * 10)) : null;
    }

    /// <summary>Called by the compiler.</summary>
    public readonly void AppendLiteral(string text) => _text!.Append(text);

    /// <summary>A day, written YYYY-MM-DD.</summary>
    public readonly void AppendFormatted(DateOnly day) => _text!.Append(day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));

    /// <summary>A day that may be absent. A remedy that hangs on an absent day says nothing and is dropped.</summary>
    public void AppendFormatted(DateOnly? day)
    {
        _lacksValue |= day is null;
        _text!.Append(day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "not known");
    }

    /// <summary>A yes or a no.</summary>
    public readonly void AppendFormatted(bool answer) => _text!.Append(answer ? "yes" : "no");

    /// <summary>A yes, a no, or neither where the fact is absent.</summary>
    public readonly void AppendFormatted(bool? answer) => _text!.Append(answer switch { true => "yes", false => "no", null => "not known" });

    /// <summary>A text.</summary>
    public readonly void AppendFormatted(string? text) => _text!.Append(text);

    /// <summary>Several texts, joined by commas; "none" when empty.</summary>
    public readonly void AppendFormatted(IEnumerable<string> texts)
    {
        var joined = string.Join(", ", texts);
        _text!.Append(joined.Length == 0 ? "none" : joined);
    }

    /// <inheritdoc cref="AppendFormatted(IEnumerable{string})"/>
    public readonly void AppendFormatted(IReadOnlyList<string> texts) => AppendFormatted(texts.AsEnumerable());

    /// <summary>Several days, joined by commas; "none" when empty.</summary>
    public readonly void AppendFormatted(IEnumerable<DateOnly> days) => AppendFormatted(days.Select(d => d.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)));

    /// <summary>A number or a code; a remedy that hangs on an absent one is dropped. Lists come here when their declared type is no interface; they read as lists all the same.</summary>
    public void AppendFormatted<T>(T value, string? format = null)
    {
        _lacksValue |= value is null;
        switch (value)
        {
            case IEnumerable<string> texts:
                AppendFormatted(texts);
                break;
            case IEnumerable<DateOnly> days:
                AppendFormatted(days);
                break;
            default:
                _text!.Append(value is IFormattable f ? f.ToString(format, CultureInfo.InvariantCulture) : value?.ToString() ?? "not known");
                break;
        }
    }

    internal readonly string? Text => _isRemedy && _lacksValue ? null : _text?.ToString();
}
