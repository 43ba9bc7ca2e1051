using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Ips.Events.Tests;

/// <summary>Keeps what a service logs.</summary>
public sealed class LogLines : ILoggerProvider
{
    private readonly ConcurrentQueue<(string Text, Exception? Exception)> lines = new();

    /// <summary>Every line, with its exception.</summary>
    public IReadOnlyCollection<(string Text, Exception? Exception)> All => lines;

    public ILogger CreateLogger(string categoryName) => new Logger(categoryName, lines);

    public void Dispose()
    {
    }

    private sealed class Logger(string category, ConcurrentQueue<(string, Exception?)> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue(($"{logLevel} {category} {formatter(state, exception)}", exception));
    }
}
